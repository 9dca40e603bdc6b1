/**
 * How far two answers say the same, 0 to 1: equal JSON or text 1; other numbers 0; else the share of words both have
 * (Jaccard 1901), single characters in Chinese and Japanese. Cheap and blind to meaning: "yes" and "no" in the same long
 * sentence still agree much, so thresholds belong near 1 for short answers.
 */
export function agreement(a: string, b: string): number {
  const [left, right] = [normalized(a), normalized(b)];
  if (left === right) return 1;
  if (numbersIn(left) !== numbersIn(right)) return 0;
  const [mine, theirs] = [wordsOf(left), wordsOf(right)];
  const common = [...mine].filter((word) => theirs.has(word)).length;
  const all = mine.size + theirs.size - common;
  return all === 0 ? 0 : common / all;
}

/** Mean agreement of a draft with its samples, 0 where there is none. */
export function meanAgreement(draft: string, samples: readonly string[]): number {
  if (samples.length === 0) return 0;
  return samples.reduce((sum, sample) => sum + agreement(draft, sample), 0) / samples.length;
}

function normalized(text: string): string {
  const trimmed = text.trim();
  try {
    return JSON.stringify(sortedKeys(JSON.parse(trimmed)));
  } catch {
    return trimmed.toLowerCase().replaceAll(/\s+/g, ' ');
  }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sortedKeys(entry)]),
  );
}

function numbersIn(text: string): string {
  return (text.match(/\d+(?:[.,]\d+)*/g) ?? []).toSorted().join(' ');
}

function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[\u3040-\u30ff\u3400-\u9fff]|[\p{L}\p{N}_]+/gu));
}
