import type { LabelledText } from '../data-set.ts';
import { createNames, type Random } from './invented-names.ts';

/** Words of a marked span that are no part of the name itself, and particles. */
const kept =
  /^(?:mr|mrs|ms|miss|mx|dr|prof|nurse|sister|coach|baby|boy|girl|uncle|auntie|aunty|aunt|madam|sir|teacher|smt|sri|mama|papa|junior|jr|sr|master|md|st|de|da|do|dos|das|del|della|di|du|la|le|van|von|der|den|ter|ten|bin|binti|ibn|al|el|abu|af|av|y|e|mac|mc|ap|ben|the|ní|nic|ó|o)\.?$/iu;

/**
 * The same text about other people, so that a model learns what stands around names and not the names. Case, initials,
 * particles and titles stay; a name that comes twice is renamed alike.
 */
export function renamePersons(original: LabelledText, random: Random): LabelledText {
  const names = createNames(random);
  const renamed = new Map<string, string>();
  const rename = (word: string, given: boolean): string => {
    const name = renamed.get(word.toLowerCase()) ?? (given ? names.given() : names.surname());
    renamed.set(word.toLowerCase(), name);
    if (word === word.toLowerCase()) return name.toLowerCase();
    return word.length > 2 && word === word.toUpperCase() ? name.toUpperCase() : name;
  };
  let text = '';
  let from = 0;
  const spans = original.spans
    .toSorted((a, b) => a.start - b.start)
    .map((span) => {
      text += original.text.slice(from, span.start);
      from = span.end;
      const start = text.length;
      const marked = original.text.slice(span.start, span.end);
      text += span.type === 'PERSON' ? renameParts(marked, random, rename) : marked;
      return { start, end: text.length, type: span.type };
    });
  return { ...original, text: text + original.text.slice(from), spans };
}

function isName(part: string): boolean {
  return /\p{L}{2}/u.test(part) && !kept.test(part);
}

function renameParts(marked: string, random: Random, rename: (word: string, given: boolean) => string): string {
  const parts = marked.split(/(\s+|,\s*)/u);
  const count = parts.filter(isName).length;
  let seen = 0;
  return parts
    .map((part) => {
      if (!isName(part)) return part;
      seen += 1;
      return rename(part, count === 1 ? random() < 0.65 : seen < count);
    })
    .join('');
}
