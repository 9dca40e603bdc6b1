import { detectAddressEn } from '../../../domain/privacy/detectors/address-en.ts';
import { detectBankCard } from '../../../domain/privacy/detectors/bank-card.ts';
import { detectEmail } from '../../../domain/privacy/detectors/email.ts';
import { detectIp } from '../../../domain/privacy/detectors/ip.ts';
import { detectPhone } from '../../../domain/privacy/detectors/phone.ts';
import { detectSecret } from '../../../domain/privacy/detectors/secret.ts';
import { findCandidates } from '../../../domain/privacy/names-en/candidates.ts';
import { describeRun } from '../../../domain/privacy/names-en/describe-run.ts';
import { describeWord } from '../../../domain/privacy/names-en/describe-word.ts';
import { FeatureList } from '../../../domain/privacy/names-en/feature-list.ts';
import { isInner } from '../../../domain/privacy/names-en/find-names.ts';
import { tokenize } from '../../../domain/privacy/names-en/tokens.ts';
import { viewOf } from '../../../domain/privacy/names-en/traits.ts';
import type { Span } from '../../../domain/privacy/span.ts';
import type { LabelledText } from '../data-set.ts';

/** A word that could be part of a name. */
export interface Example {
  features: Int32Array;
  isName: boolean;
}

const others = [detectAddressEn, detectBankCard, detectEmail, detectIp, detectPhone, detectSecret];

/** What the other detectors find in a text; names in it are theirs to begin with. */
export function otherSpans(text: string): Span[] {
  return others.flatMap((detect) => detect(text));
}

/** Every word of a text that could be part of a name, without those that other detectors take. */
export function examplesOf({ text, spans }: LabelledText): Example[] {
  const tokens = tokenize(text);
  const view = viewOf(text, tokens);
  const taken = otherSpans(text);
  const examples: Example[] = [];
  for (const run of findCandidates(tokens)) {
    const list = new FeatureList();
    describeRun(view, run, list);
    const shared = list.size;
    for (let at = run.first; at <= run.last; at += 1) {
      const token = tokens[at];
      if (token === undefined || isInner(token)) continue;
      const overlaps = (span: { start: number; end: number }): boolean =>
        span.start < token.end && token.start < span.end;
      if (taken.some(overlaps)) continue;
      list.size = shared;
      describeWord(view, run, at, list);
      const isName = spans.some((span) => span.type === 'PERSON' && overlaps(span));
      examples.push({ features: list.items.slice(0, list.size), isName });
    }
  }
  return examples;
}
