import type { Behaviour } from '../../test/doubles/behaviour.ts';
import type { Trouble } from './shares.ts';

/** The strategies that are shown, each with a pair of deployments of its own. */
export const shiftedStrategies = ['ordered', 'balanced', 'fastest'] as const;
export type ShiftedStrategy = (typeof shiftedStrategies)[number];

export interface ShownTrouble extends Trouble {
  kind: 'slow' | 'erroring';
  /** What the first deployment of each pair does meanwhile. */
  does: Behaviour;
}

const answer = { kind: 'answer', tokens: 20, paceMs: 20 } as const;
/** The first of each pair is faster, by more than a busy machine adds, so that every strategy prefers it. */
export const well: Record<'first' | 'second', Behaviour> = {
  first: { ...answer, firstTokenMs: 60 },
  second: { ...answer, firstTokenMs: 500, paceMs: 45 },
};

export const troubles: readonly ShownTrouble[] = [
  { kind: 'slow', fromMs: 10_000, untilMs: 25_000, does: { ...answer, firstTokenMs: 3_000 } },
  { kind: 'erroring', fromMs: 57_000, untilMs: 69_000, does: { kind: 'error', error: 'internal' } },
];
export const endMs = 101_000;
/** Steady, for each strategy. */
export const requestsPerSecond = 6;
