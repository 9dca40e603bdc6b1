import type { Row } from './dataset.ts';

/** Seeded generator of numbers in [0, 1). Source: Mulberry32 (Ettinger 2017, public domain). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other]!, copy[last]!];
  }
  return copy;
}

export interface Split {
  train: Row[];
  test: Row[];
}

/** Fewer domains than this are kinds of task, which both parts should have. */
const manyDomains = 20;

/** A fifth of the rows is held out; of a source with many subjects, three tenths of the subjects with all their rows. The test part is shuffled, as traffic is. */
export function holdOut(rows: readonly Row[], seed: number): Split {
  const random = seeded(seed);
  const domains = [...new Set(rows.map((row) => row.domain))].toSorted();
  if (domains.length < manyDomains) {
    const test = new Set(shuffled(rows, random).slice(0, Math.round(rows.length / 5)));
    return { train: rows.filter((row) => !test.has(row)), test: [...test] };
  }
  const held = new Set(shuffled(domains, random).slice(0, Math.round(domains.length * 0.3)));
  const { train, test } = partition(rows, (row) => held.has(row.domain));
  return { train, test: shuffled(test, random) };
}

export function partition(rows: readonly Row[], isTest: (row: Row) => boolean): Split {
  return { train: rows.filter((row) => !isTest(row)), test: rows.filter(isTest) };
}
