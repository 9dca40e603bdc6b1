import { z } from 'zod';
import { answerChecks } from '../../domain/cascade/answer-checks.ts';
import type { CascadePolicy } from '../../domain/gateway-config.ts';

const share = z.number().min(0).max(1);

/** `aliases.NAME.verifier`: who decides whether the answer of a lighter deployment is good enough. */
export const verifierSchema = z.strictObject({
  checks: z.array(z.enum(answerChecks)).default([...answerChecks]),
  minMeanLogprob: z.number().max(0).optional(),
  minQuality: share.optional(),
  selfConsistency: z
    .strictObject({ samples: z.int().min(1).max(5).default(2), minAgreement: share.default(0.6) })
    .optional(),
  judge: z.strictObject({ deployment: z.string(), minScore: share.default(0.7) }).optional(),
});

/** Without a word in the file the checks decide, which cost nothing. */
export function cascadeOf(verifier: z.output<typeof verifierSchema> | undefined): CascadePolicy {
  const { minQuality = 0, minMeanLogprob, selfConsistency, judge, checks } = verifier ?? verifierSchema.parse({});
  return {
    minQuality,
    verifier: {
      checks,
      ...(minMeanLogprob !== undefined && { minMeanLogprob }),
      ...(selfConsistency && { selfConsistency }),
      ...(judge && { judge }),
    },
  };
}
