import { z } from 'zod';

/** `admission`: how much is worked on at a time, and who waits how long for a place. */
export const admissionSchema = z
  .strictObject({
    /** Estimated tokens of prompts and answers; MAX_CONCURRENT_REQUESTS bounds their number. */
    maxTokensInFlight: z.int().positive().default(4_000_000),
    maxQueued: z.int().min(0).default(1_000),
    maxWaitMs: z.int().min(0).max(60_000).default(5_000),
  })
  .prefault({});

/** `tenants.NAME.priority` and `.weight`: how a tenant stands among others that wait. */
export const shareFields = {
  priority: z.int().min(1).max(5).default(3),
  weight: z.number().min(0.001).max(1_000).default(1),
};
