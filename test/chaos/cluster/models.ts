import type { ConfigFile } from '../../../platform/config/config-file.ts';
import type { Answer } from '../../doubles/behaviour.ts';

/** What each model of a run does; its text is `t0 t1 …`, so that a lost or doubled token shows. */
export const models = {
  /** A stream of about a second. */
  quick: { kind: 'answer', tokens: 30, paceMs: 30 },
  /** Longer than a local activity is patient: its call is handed to a regular one. */
  long: { kind: 'answer', tokens: 80, paceMs: 100 },
  /** Can go on from a prefilled answer. */
  heir: { kind: 'answer', tokens: 60, paceMs: 50 },
  /** Thinks aloud, so a cut answer cannot be joined: the client is told to begin again. */
  thinker: { kind: 'answer', tokens: 40, paceMs: 50, reasoning: 'Let me see.' },
  /** For answers in one piece. */
  whole: { kind: 'answer', tokens: 12, delayMs: 600 },
  late: { kind: 'answer', tokens: 12, delayMs: 6_500 },
} satisfies Record<string, Answer>;

const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

/** What a call is charged, in micro-USD. */
export function callPrice(inputTokens: number, outputTokens: number): number {
  return inputTokens * price.inputUsdPerMTok + outputTokens * price.outputUsdPerMTok;
}

export type ModelName = keyof typeof models;
export const modelNames: readonly ModelName[] = ['quick', 'long', 'heir', 'thinker', 'whole', 'late'];

/** The whole text of the model's answer. */
export function textOf(model: ModelName): string {
  return Array.from({ length: models[model].tokens }, (_, index) => `t${index} `).join('');
}

export function configFor(upstreamUrl: string): ConfigFile {
  const deployments = Object.fromEntries(
    modelNames.map((model) => [
      model,
      { provider: 'near', model, price, ...(model === 'heir' && { capabilities: ['prefill' as const] }) },
    ]),
  );
  return {
    providers: { near: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true } },
    deployments,
    tenants: { default: { budget: { limitUsd: 1_000, period: 'month' } } },
  };
}
