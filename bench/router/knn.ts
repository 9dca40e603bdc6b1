import { seeded } from './splits.ts';

/**
 * The baseline: mean score of the k nearest training prompts by cosine of TF-IDF word vectors. Source: the kNN router
 * of RouterBench (Hu et al. 2024), here with words instead of embeddings.
 */
const neighbours = 40;

interface Posting {
  rows: number[];
  weights: number[];
}

function termCounts(prompt: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of prompt.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Returns a function from prompt to the predicted score of each model. */
export function tfidfNeighbours(
  rows: readonly { prompt: string; scores: Readonly<Record<string, number>> }[],
  models: readonly string[],
): (prompt: string) => number[] {
  const documents = rows.map((row) => termCounts(row.prompt));
  const frequency = new Map<string, number>();
  for (const document of documents)
    for (const term of document.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const weigh = (counts: ReadonlyMap<string, number>): [string, number][] => {
    const weights = [...counts].flatMap(([term, count]): [string, number][] => {
      const seen = frequency.get(term);
      return seen === undefined ? [] : [[term, (1 + Math.log(count)) * (Math.log((1 + rows.length) / (1 + seen)) + 1)]];
    });
    const norm = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    return weights.map(([term, weight]) => [term, weight / norm]);
  };
  const index = new Map<string, Posting>();
  documents.forEach((document, row) => {
    for (const [term, weight] of weigh(document)) {
      const posting = index.get(term) ?? { rows: [], weights: [] };
      posting.rows.push(row);
      posting.weights.push(weight);
      index.set(term, posting);
    }
  });
  // Rows without a common word are equally far: a fixed random order keeps them from being the first of the file.
  const random = seeded(1);
  const jitter = Float64Array.from(rows, () => random() * 1e-9);
  return (prompt) => {
    const similarity = jitter.slice();
    for (const [term, weight] of weigh(termCounts(prompt))) {
      const posting = index.get(term)!;
      for (let at = 0; at < posting.rows.length; at++) {
        const row = posting.rows[at]!;
        similarity[row] = similarity[row]! + weight * posting.weights[at]!;
      }
    }
    const bar = similarity.toSorted().at(-Math.min(neighbours, rows.length)) ?? 0;
    const near = rows.filter((_, row) => similarity[row]! >= bar);
    return models.map(
      (model) => near.reduce((sum, row) => sum + (row.scores[model] ?? 0), 0) / Math.max(1, near.length),
    );
  };
}
