import type { Candidate } from '../names-en/candidates.ts';
import { findNames } from '../names-en/find-names.ts';
import { unpackNameModel, type NameModel } from '../names-en/name-model.ts';
import { packedNameModel } from '../names-en/trained-model.ts';
import type { Token } from '../names-en/token.ts';
import { tokenize } from '../names-en/tokens.ts';
import { kinds } from '../names-en/kinds.ts';
import { span, type Span } from '../span.ts';

/** Finds names in text of scripts with capitals by a trained model. */
export function createPersonDetectorEn(model: NameModel): (text: string) => Span[] {
  return (text) => {
    const tokens = tokenize(text);
    return findNames(text, tokens, model)
      .map((name) => asSpan(tokens, name))
      .filter(({ start, end }) => !isPinyin(text, start, end));
  };
}

/** The same by the model that was trained on invented texts (bench/privacy/fit-person-en.ts). */
export const detectPersonEn = createPersonDetectorEn(unpackNameModel(packedNameModel));

const toned = /[\u0300-\u0304\u030c]/u;
const han = /\p{Script=Han}/u;

/** 单雄念shàn: a lower-case word with tone marks beside Chinese characters tells how one is spoken. */
function isPinyin(text: string, start: number, end: number): boolean {
  const word = text.slice(start, end);
  if (word !== word.toLowerCase() || !toned.test(word.normalize('NFD'))) return false;
  return han.test(text.slice(Math.max(0, start - pinyinReach), end + pinyinReach));
}

/** How many signs, such as brackets and quotes, may stand between the pinyin and the character. */
const pinyinReach = 3;

/** A bare surname is marked together with its title; a fuller name without it. */
function asSpan(tokens: readonly Token[], { first, last }: Candidate): Span {
  const title = titleBefore(tokens, first);
  const start = first === last ? (title ?? tokens[first]) : tokens[first];
  const cued = title !== undefined || isCue(tokens[first - 1], tokens[first]);
  return span('person', start?.start ?? 0, tokens[last]?.end ?? 0, cued ? 'cued' : 'pattern');
}

function titleBefore(tokens: readonly Token[], first: number): Token | undefined {
  const before = tokens[first - 1];
  const gap = tokens[first]?.gap;
  return before?.is(kinds.title) === true && (gap === ' ' || gap === '. ') ? before : undefined;
}

/** `patient Osei`, `tell Amy`: words after which a person is spoken of. */
function isCue(before: Token | undefined, name: Token | undefined): boolean {
  if (before === undefined || name === undefined || name.gap.includes('.')) return false;
  return before.is(kinds.role) || (before.is(kinds.personVerb) && name.is(kinds.given));
}
