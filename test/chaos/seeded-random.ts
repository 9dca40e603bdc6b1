/** Repeatable randomness: the same seed gives the same plan. */
export interface SeededRandom {
  /** 0 ≤ x < 1. */
  next: () => number;
  /** 0 ≤ n < limit, whole. */
  below: (limit: number) => number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** mulberry32 (Tommy Ettinger, public domain): small, and good enough to choose moments. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: (choices) => choices[below(choices.length)] ?? choices[0] };
}
