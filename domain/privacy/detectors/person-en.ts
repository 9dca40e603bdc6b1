import { describeRun } from '../names-en/features.ts';
import { findRuns, type Run } from '../names-en/runs.ts';
import { tokenize, type Token } from '../names-en/tokens.ts';
import { acceptAt, bias, weights } from '../names-en/weights.ts';
import { span, type Span } from '../span.ts';

/** Names in text of scripts with capitals: by lexicons, titles and the words around them. */
export function detectPersonEn(text: string): Span[] {
  const tokens = tokenize(text);
  if (tokens.length === 0) return [];
  const runs = findRuns(text, tokens);
  const accepted: Run[] = [];
  const rejected: Run[] = [];
  const spans: Span[] = [];
  for (const run of runs) {
    let logOdds = bias;
    let cued = run.titleStart !== undefined;
    if (!cued) {
      describeRun(text, tokens, run, (feature, holds) => {
        if (!holds) return;
        logOdds += weights[feature];
        cued ||= feature === 'roleBefore' || feature === 'givenAfterVerb';
      });
    }
    if (run.titleStart === undefined && logOdds < acceptAt) {
      rejected.push(run);
      continue;
    }
    accepted.push(run);
    spans.push(asSpan(tokens, run, cued));
  }
  spans.push(...repeated(tokens, accepted, rejected));
  return spans;
}

/** A bare surname is marked together with its title; a fuller name without it. */
function asSpan(tokens: readonly Token[], run: Run, cued: boolean): Span {
  const start = tokens[run.first]?.start ?? 0;
  const end = tokens[run.last]?.end ?? 0;
  const bare = run.first === run.last;
  return span('person', bare ? (run.titleStart ?? start) : start, end, cued ? 'cued' : 'pattern');
}

/** Parts of a name that was found as a whole (`Maciej Borkowski … starring Borkowski`). */
function repeated(tokens: readonly Token[], accepted: readonly Run[], rejected: readonly Run[]): Span[] {
  if (accepted.length === 0 || rejected.length === 0) return [];
  const parts = new Set<string>();
  for (const run of accepted) {
    for (const token of tokens.slice(run.first, run.last + 1)) {
      if (token.text.length > 2 && !token.ordinary) parts.add(token.folded);
    }
  }
  return rejected
    .filter((run) => tokens.slice(run.first, run.last + 1).every(({ folded }) => parts.has(folded)))
    .map((run) => asSpan(tokens, run, false));
}
