import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { jsonOf } from './payload-json.ts';

const name = z.string().regex(/^[\w.:-]{1,64}$/);
const time = z.strictObject({ seconds: z.number(), nanos: z.number() }).nullable();

/** What the SDK's core notes, unencrypted, of a local activity or a patch, for the Temporal UI: numbers and names. */
const coreMarker = z.union([
  z.strictObject({
    seq: z.int(),
    attempt: z.int(),
    activity_id: name,
    activity_type: name,
    complete_time: time,
    backoff: time,
    original_schedule_time: time,
  }),
  z.strictObject({ id: name, deprecated: z.boolean() }),
]);

/** True where an unencrypted payload is no downgrade, because nobody's content has this form. */
export function isCoreMarker(payload: Payload): boolean {
  if (Buffer.from(payload.metadata?.['encoding'] ?? []).toString() !== 'json/plain') return false;
  return coreMarker.safeParse(jsonOf(payload)).success;
}
