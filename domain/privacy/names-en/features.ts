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

const objectPronouns = new Set(['me', 'him', 'her', 'us', 'them', 'you']);
const namingVerbs = new Set(['call', 'calls', 'called', 'name', 'names', 'named', 'leave', 'left']);
const nameWords = new Set(['name', 'names', 'named', 'surname', 'called', "name's"]);
const articles = new Set(['the', 'a', 'an']);
const reachingPrepositions = new Set(['at', 'to', 'with', 'by', 'from', 'for']);
const employment = new Set(['work', 'works', 'worked', 'working', 'employed', 'job', 'jobs', 'career', 'internship']);
const connectives = new Set('to for on at in from with by as about because but so if when while that'.split(' '));

/** Calls `mark` for what can be said about one run. */
export function describeRun(text: string, tokens: readonly Token[], run: Run, mark: Mark): void {
  const parts = tokens.slice(run.first, run.last + 1).filter(({ text: part }) => part.length > 1);
  const head = parts[0];
  const tail = parts.at(-1);
  if (head === undefined || tail === undefined) return;
  const end = tail.end + (tail.possessive ? 2 : 0);
  const before = tokens[run.first - 1];
  const after = tokens[run.last + 1];
  const near = before !== undefined && isNear(text, before.end + (before.possessive ? 2 : 0), head.start);
  const nextNear = after !== undefined && after.start === end + 1 && text.charAt(end) === ' ';
  const surroundings: Surroundings = {
    head,
    single: parts.length === 1,
    unknown: !parts.some(({ given, family }) => given || family),
    starts: startsSentence(text, head),
    before: near ? before : undefined,
    after: nextNear ? after : undefined,
    previous: near ? before.folded : '',
    beforePrevious: tokens[run.first - 2]?.folded ?? '',
    next: nextNear ? after.folded : '',
    left: text.slice(Math.max(0, head.start - 3), head.start),
    right: text.slice(end, end + 6),
  };
  describeForm(parts, run.last - run.first + 1 - parts.length, mark);
  describeNeighbours(surroundings, mark);
  describePunctuation(surroundings, mark);
  mark('possessive', tail.possessive);
  mark(
    'nameWordNear',
    [1, 2, 3].some((back) => nameWords.has(tokens[run.first - back]?.folded ?? '')),
  );
  mark('joined', joined(tokens, run, surroundings.previous, surroundings.next));
  mark('commaThenPlace', surroundings.right.startsWith(', ') && after !== undefined && isPlace(after));
  const listed = surroundings.single && !head.given && firmList(text, head, surroundings);
  mark('firmList', listed);
  const placed = placePrepositions.has(surroundings.previous);
  mark('firmListPlaced', listed && (surroundings.starts || placed || surroundings.right.trim() === ''));
}

/** What stands around a run. The words are '' where punctuation parts them from it. */
interface Surroundings {
  head: Token;
  single: boolean;
  /** No lexicon has any part of the name. */
  unknown: boolean;
  /** It begins a sentence or line. */
  starts: boolean;
  before: Token | undefined;
  after: Token | undefined;
  previous: string;
  beforePrevious: string;
  next: string;
  /** The three units before it, and the six after it and its possessive ending. */
  left: string;
  right: string;
}

/** True for a space, a comma, an opening quote or a colon between two words. */
function isNear(text: string, end: number, start: number): boolean {
  const gap = text.slice(end, start);
  return gap === ' ' || gap === ', ' || gap === ': ' || /^[ ,]?["'“( ]?$/u.test(gap);
}

function isPlace({ folded, text }: Token): boolean {
  return englishPlaces.has(folded) || (text.length === 2 && text === text.toUpperCase());
}

function describeNeighbours(surroundings: Surroundings, mark: Mark): void {
  const { head, single, unknown, starts, before, after, previous, beforePrevious, next } = surroundings;
  if (previous !== '') {
    const placed = placePrepositions.has(previous);
    const role = roles.has(previous);
    const verb = personVerbs.has(previous);
    const reaching = reachingPrepositions.has(previous);
    mark('roleBefore', role || (previous.endsWith('s') && roles.has(previous.slice(0, -1))));
    mark('lowerRoleBefore', role && before?.shape === 'lower');
    mark('verbBefore', verb);
    mark('givenAfterVerb', verb && head.given);
    mark('placeBefore', placed);
    mark('singleAfterPlaceBefore', placed && single);
    mark('unknownAfterPlaceBefore', placed && unknown);
    mark('articleBefore', articles.has(previous));
    mark('capitalBefore', !role && before?.shape !== 'lower' && !neverNames.has(previous));
    mark('speechBefore', speechBefore.has(previous));
    mark('calledBefore', objectPronouns.has(previous) && namingVerbs.has(beforePrevious));
    mark('verbPhraseBefore', reaching && talkVerbs.has(beforePrevious));
    mark('employerBefore', (previous === 'for' || previous === 'at') && employment.has(beforePrevious));
  }
  if (after !== undefined) {
    const organisation = notPersonWords.has(next);
    const predicate = personPredicates.has(next);
    mark('predicateAfter', predicate);
    mark('humanPredicateAfter', humanPredicates.has(next));
    mark('conjunctionAfter', next === 'and' || next === 'or');
    mark('organisationAfter', organisation && after.shape !== 'lower');
    mark('capitalAfter', after.shape !== 'lower' && !organisation && !neverNames.has(next));
    mark('adjectiveAfter', after.shape === 'lower' && !predicate && !connectives.has(next) && after.ordinary);
  }
  mark('ordinaryStart', starts && head.ordinary);
  mark('unknownStart', starts && unknown && single);
  mark('brandlike', single && unknown && (brandPiece.test(head.folded) || isCompound(head.folded)));
}

function describePunctuation({ single, starts, previous, left, right }: Surroundings, mark: Mark): void {
  const first = right.charAt(0);
  const rest = right.trimStart();
  mark('sentenceStart', starts);
  mark(
    'lineAlone',
    /(?:^|[\n>])\s*$/u.test(left) && (rest === '' || right.slice(0, right.length - rest.length).includes('\n')),
  );
  mark('numberBefore', /\d[ ,.]{0,2}$/u.test(left));
  mark('numberAfter', /^,? \d|^ ?#/u.test(right));
  mark('conjunctionBefore', previous === 'and' || previous === 'or' || left.endsWith(', '));
  mark('commaAfter', first === ',');
  mark('sentenceEndAfter', rest === '' || '.!?;)"'.includes(rest.charAt(0)));
  mark('colonAfter', first === ':' || right.startsWith(' :'));
  mark('quoteBefore', '"“\''.includes(left.at(-1) ?? ' '));
  mark('speaker', starts && /^ ?: ?["“]/u.test(right));
  mark('vocative', single && left.endsWith(', ') && '!?.'.includes(first || ' '));
}

/** True where `and` joins the run to another capitalised word that is no ordinary one. */
function joined(tokens: readonly Token[], run: Run, previous: string, next: string): boolean {
  const other = next === 'and' ? tokens[run.last + 2] : previous === 'and' ? tokens[run.first - 2] : undefined;
  return other !== undefined && other.shape === 'title' && (!other.ordinary || other.family || other.given);
}

/** True where the run is one of three single names of the form `X, Y and Z`, the usual name of a partnership. */
function firmList(text: string, part: Token, { left, right }: Surroundings): boolean {
  if (!/^(?:, | and )/u.test(right) && !/(?:, |nd )$/u.test(left)) return false;
  const around = text.slice(Math.max(0, part.start - 60), part.end + 60);
  if (!around.includes(' and ')) return false;
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
