import { evidences, type Span } from './span.ts';

/**
 * Keeps a set of spans in which no two overlap, in text order: stronger evidence first, then the longer one, then the
 * one further left.
 */
export function resolveOverlaps(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  let cluster: Span[] = [];
  let clusterEnd = 0;
  for (const candidate of spans.toSorted((a, b) => a.start - b.start)) {
    if (candidate.start >= clusterEnd) {
      kept.push(...strongest(cluster));
      cluster = [];
    }
    cluster.push(candidate);
    clusterEnd = Math.max(clusterEnd, candidate.end);
  }
  kept.push(...strongest(cluster));
  return kept;
}

/** The same for spans that form one chain of overlaps, so that its quadratic cost stays within a few spans. */
function strongest(cluster: readonly Span[]): Span[] {
  if (cluster.length < 2) return [...cluster];
  const ranked = cluster.toSorted(
    (a, b) =>
      evidences.indexOf(b.evidence) - evidences.indexOf(a.evidence) ||
      b.end - b.start - (a.end - a.start) ||
      a.start - b.start,
  );
  const kept: Span[] = [];
  for (const candidate of ranked) {
    if (!kept.some((other) => other.start < candidate.end && candidate.start < other.end)) kept.push(candidate);
  }
  return kept.toSorted((a, b) => a.start - b.start);
}
