import {
  brandPiece,
  humanPredicates,
  neverNames,
  notPersonWords,
  personPredicates,
  personVerbs,
  placeHeads,
  placePrepositions,
  roles,
  speechBefore,
  talkVerbs,
} from '../lexicons/english-name-context.ts';
import { englishPlaces } from '../lexicons/english-places.ts';
import { startsSentence, type Run } from './runs.ts';
import type { Token } from './tokens.ts';
import { hasFamilyEnding, isCompound } from './vocabulary.ts';

/** What can be said about a possible name; each is weighed in weights.ts. */
export const features = [
  'single',
  'pair',
  'longer',
  'singleGiven',
  'singleFamily',
  'singleUnknown',
  'startsGiven',
  'endsFamily',
  'severalKnown',
  'familyEnding',
  'initialInside',
  'ordinaryWord',
  'allOrdinary',
  'place',
  'hyphenated',
  'sentenceStart',
  'lineAlone',
  'roleBefore',
  'verbBefore',
  'placeBefore',
  'articleBefore',
  'numberBefore',
  'numberAfter',
  'capitalBefore',
  'predicateAfter',
  'possessive',
  'conjunctionAfter',
  'conjunctionBefore',
  'commaAfter',
  'sentenceEndAfter',
  'colonAfter',
  'quoteBefore',
  'organisationAfter',
  'capitalAfter',
  'adjectiveAfter',
  'singleAfterPlaceBefore',
  'unknownAfterPlaceBefore',
  'givenAfterVerb',
  'commaThenPlace',
  'organisationInside',
  'placeHead',
  'placeEnding',
  'humanPredicateAfter',
  'speechBefore',
  'calledBefore',
  'nameWordNear',
  'speaker',
  'vocative',
  'joined',
  'ordinaryStart',
  'unknownStart',
  'firmList',
  'brandlike',
  'lowerRoleBefore',
  'verbPhraseBefore',
  'employerBefore',
  'firmListPlaced',
] as const;

export type Feature = (typeof features)[number];

/** Says of every feature whether it holds for the run. */
export type Mark = (feature: Feature, holds: boolean) => void;

/** Calls `mark` for what can be said about one run. */
export function describeRun(text: string, tokens: readonly Token[], run: Run, mark: Mark): void {
  const parts = tokens.slice(run.first, run.last + 1).filter(({ text: part }) => part.length > 1);
  const head = parts[0];
  const tail = parts.at(-1);
  if (head === undefined || tail === undefined) return;
  describeForm(parts, run.last - run.first + 1 - parts.length, mark);

  const before = tokens[run.first - 1];
  const after = tokens[run.last + 1];
  const left = text.slice(Math.max(0, head.start - 3), head.start);
  const right = text.slice(tail.end + (tail.possessive ? 2 : 0), tail.end + 6);
  const near =
    before !== undefined &&
    /^[ ,]{0,2}$|^[ ]?["'“(]$|^: $/u.test(text.slice(before.end + (before.possessive ? 2 : 0), head.start));
  const nextNear = after !== undefined && /^ $/u.test(text.slice(tail.end + (tail.possessive ? 2 : 0), after.start));
  const previous = near ? before.folded : '';
  const next = nextNear ? after.folded : '';
  const single = parts.length === 1;
  const unknown = !parts.some(({ given, family }) => given || family);
  const placed = placePrepositions.has(previous);

  mark('sentenceStart', startsSentence(text, head));
  mark('lineAlone', /(?:^|[\n>])\s*$/u.test(left) && /^\s*(?:\n|$)/u.test(right));
  mark('roleBefore', roles.has(previous) || (roles.has(previous.replace(/s$/u, '')) && previous !== ''));
  mark('verbBefore', personVerbs.has(previous));
  mark('placeBefore', placed);
  mark('articleBefore', previous === 'the' || previous === 'a' || previous === 'an');
  mark('numberBefore', /[\d] ?$|\d[,.]? $/u.test(left));
  mark('numberAfter', /^,? \d|^ ?#/u.test(right));
  mark('capitalBefore', near && before.shape !== 'lower' && !neverNames.has(previous) && !roles.has(previous));
  mark('predicateAfter', personPredicates.has(next));
  mark('possessive', tail.possessive);
  mark('conjunctionAfter', next === 'and' || next === 'or');
  mark('conjunctionBefore', previous === 'and' || previous === 'or' || left.endsWith(', '));
  mark('commaAfter', right.startsWith(','));
  mark('sentenceEndAfter', /^\s*(?:$|[.!?;)"])/u.test(right));
  mark('colonAfter', /^ ?:/u.test(right));
  mark('quoteBefore', /["“']$/u.test(left));
  mark('organisationAfter', notPersonWords.has(next) && after?.shape !== 'lower');
  mark('capitalAfter', nextNear && after.shape !== 'lower' && !notPersonWords.has(next) && !neverNames.has(next));
  mark(
    'adjectiveAfter',
    nextNear &&
      after.shape === 'lower' &&
      after.ordinary &&
      !personPredicates.has(next) &&
      !/^(?:to|for|on|at|in|from|with|by|as|about|because|but|so|if|when|while|that)$/u.test(next),
  );
  mark('singleAfterPlaceBefore', placed && single);
  mark('unknownAfterPlaceBefore', placed && unknown);
  mark('givenAfterVerb', personVerbs.has(previous) && head.given);
  mark('humanPredicateAfter', humanPredicates.has(next));
  mark('speechBefore', speechBefore.has(previous));
  const beforePrevious = tokens[run.first - 2]?.folded ?? '';
  mark(
    'calledBefore',
    /^(?:me|him|her|us|them|you)$/u.test(previous) &&
      /^(?:call|calls|called|name|names|named|leave|left)$/u.test(beforePrevious),
  );
  mark(
    'nameWordNear',
    tokens
      .slice(Math.max(0, run.first - 3), run.first)
      .some(({ folded }) => /^(?:name|names|named|surname|called|name's)$/u.test(folded)),
  );
  mark('speaker', startsSentence(text, head) && /^ ?: ?["“]/u.test(right));
  mark('vocative', single && /[\p{L}], $/u.test(left) && /^[!?.]/u.test(right));
  mark('joined', joined(tokens, run, previous, next));
  mark('ordinaryStart', startsSentence(text, head) && head.ordinary);
  mark('unknownStart', unknown && single && startsSentence(text, head));
  const listed =
    single && !head.given && (/^(?:, | and )/u.test(right) || /(?:, |nd )$/u.test(left)) && firmList(text, head);
  mark('firmList', listed);
  mark('firmListPlaced', listed && (startsSentence(text, head) || placed || right.trim() === ''));
  mark('lowerRoleBefore', near && before.shape === 'lower' && roles.has(previous));
  mark('verbPhraseBefore', /^(?:at|to|with|by|from|for)$/u.test(previous) && talkVerbs.has(beforePrevious));
  mark(
    'employerBefore',
    /^(?:for|at)$/u.test(previous) &&
      /^(?:work|works|worked|working|employed|job|jobs|career|internship)$/u.test(beforePrevious),
  );
  mark('brandlike', single && unknown && (brandPiece.test(head.folded) || isCompound(head.folded)));
  mark(
    'commaThenPlace',
    right.startsWith(', ') &&
      after !== undefined &&
      (englishPlaces.has(after.folded) || /^[A-Z]{2}$/u.test(after.text)),
  );
}

/** True where `and` joins the run to another capitalised word that is no ordinary one. */
function joined(tokens: readonly Token[], run: Run, previous: string, next: string): boolean {
  const other = next === 'and' ? tokens[run.last + 2] : previous === 'and' ? tokens[run.first - 2] : undefined;
  return other !== undefined && other.shape === 'title' && (!other.ordinary || other.family || other.given);
}

/** True where the run is one of three single names of the form `X, Y and Z`, the usual name of a partnership. */
function firmList(text: string, part: Token): boolean {
  const around = text.slice(Math.max(0, part.start - 60), part.end + 60);
  for (const match of around.matchAll(/(?<!\p{L} |: )\p{L}{3,20}, \p{L}{3,20} and \p{L}{3,20}/gu)) {
    const from = Math.max(0, part.start - 60) + match.index;
    if (part.start >= from && part.end <= from + match[0].length) return true;
  }
  return false;
}

function describeForm(parts: readonly Token[], initials: number, mark: Mark): void {
  const [head] = parts;
  const tail = parts.at(-1);
  if (head === undefined || tail === undefined) return;
  const single = parts.length === 1;
  const known = parts.filter(({ given, family }) => given || family).length;
  mark('single', single);
  mark('pair', parts.length === 2);
  mark('longer', parts.length > 2);
  mark('singleGiven', single && head.given);
  mark('singleFamily', single && head.family);
  mark('singleUnknown', single && known === 0);
  mark('startsGiven', !single && head.given);
  mark('endsFamily', !single && tail.family);
  mark('severalKnown', !single && known === parts.length);
  mark('familyEnding', hasFamilyEnding(tail.folded));
  mark('initialInside', initials > 0 && (!single || head.text.length > 2));
  mark(
    'ordinaryWord',
    parts.some(({ ordinary }) => ordinary),
  );
  mark(
    'allOrdinary',
    parts.every(({ ordinary }) => ordinary),
  );
  mark(
    'place',
    parts.some(({ folded }) => englishPlaces.has(folded)),
  );
  mark(
    'organisationInside',
    parts.some(({ folded }) => notPersonWords.has(folded)),
  );
  mark('placeHead', !single && placeHeads.has(head.folded));
  mark(
    'placeEnding',
    /(?:ville|burg|dorf|stad|ford|ham|borg|hausen|heim|wick|shire|polis|grad|field|brook|bury|mouth|sund|fjord|vik|land|stadt|town|port|hegy|falva|eyri|vogur|joki|järvi|nes|ovice|owo|ów|ice|holm)$/u.test(
      tail.text.toLowerCase(),
    ),
  );
  mark(
    'hyphenated',
    parts.some(({ folded }) => folded.includes('-')),
  );
}
