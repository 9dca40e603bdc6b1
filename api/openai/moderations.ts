import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import { boundedArray } from '../http/bounded-schemas.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { Moderation } from '../../domain/privacy/moderation.ts';

/** All texts of a call together: they are judged between other requests. */
const maxTextChars = 1_000_000;
const model = 'holdfast-terms-1';

const textPart = z.looseObject({ type: z.literal('text', { error: 'only text can be judged' }), text: z.string() });

/** Source: OpenAI API reference, "Create moderation". */
const moderationBody = z.looseObject({
  input: z.union([z.string(), boundedArray(z.string(), 1, 1_000), boundedArray(textPart, 1, 1_000)], {
    error: 'must be a text, a list of texts, or a list of text parts; images cannot be judged',
  }),
  model: z.string().max(256).nullish(),
});

const moderationObject = z.object({
  id: z.string(),
  model: z.literal(model),
  results: z.array(
    z.object({
      flagged: z.boolean(),
      categories: z.record(z.string(), z.boolean()),
      category_scores: z.record(z.string(), z.number()),
      category_applied_input_types: z.record(z.string(), z.array(z.literal('text'))),
    }),
  ),
});

/** Parts are parts of one text, as OpenAI judges them; a list of texts has a result each. */
function textsOf(input: z.output<typeof moderationBody>['input']): string[] {
  if (typeof input === 'string') return [input];
  const texts = input.filter((each) => typeof each === 'string');
  return texts.length > 0 ? texts : [input.map((part) => (typeof part === 'string' ? part : part.text)).join('\n')];
}

function toResult({ flagged, scores }: Moderation): z.output<typeof moderationObject>['results'][number] {
  const entries = Object.entries(scores);
  return {
    flagged,
    categories: Object.fromEntries(entries.map(([category, score]) => [category, score > 0])),
    category_scores: scores,
    category_applied_input_types: Object.fromEntries(entries.map(([category]) => [category, ['text'] as const])),
  };
}

async function moderate({ req, res, ports, principal, readJsonBody }: SignedInExchange): Promise<void> {
  const judged = moderationBody.safeParse(await readJsonBody(req, res));
  if (!judged.success) throw invalidField(judged.error);
  const texts = textsOf(judged.data.input);
  if (texts.reduce((sum, text) => sum + text.length, 0) > maxTextChars) {
    throw new GatewayError({
      type: 'payload_too_large',
      message: `At most ${maxTextChars} characters are judged in one call. Send fewer or shorter texts.`,
      param: 'input',
    });
  }
  const moderations = await ports.moderate(principal, texts);
  res.json({ id: `modr-${randomUUID()}`, model, results: moderations.map(toResult) });
}

/** `POST /v1/moderations`: a check of this process, no request of a model. Nothing of it is kept. */
export const moderationsRoute: Route = {
  method: 'post',
  path: '/v1/moderations',
  access: 'key',
  scopes: ['inference'],
  doc: {
    summary: 'Judges texts by the word lists and detectors of the gateway, in the format of OpenAI; no model is called',
    tag: 'openai',
    body: moderationBody,
    responses: { 200: { description: 'A result for each text', schema: moderationObject } },
  },
  handle: moderate,
};
