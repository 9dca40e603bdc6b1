import { createHmac } from 'node:crypto';
import type { Entity } from './span.ts';

/**
 * Placeholders are bare words such as `PERSON_bakotuxile`: letters and one underscore. That form needs no escaping in
 * JSON, XML, URLs and source code, is no HTML tag, link or emphasis in Markdown (as `<PERSON_1>` and `[[PERSON_1]]`
 * are), is allowed in the `name` of a chat message, and its pronounceable syllables are split into few tokens and copied
 * faithfully by small models, unlike digits and mixed case. The prefix tells the model what kind of thing it stands for.
 *
 * The syllables are the first bits of HMAC-SHA256(tenant key, entity, value): the same value gives the same placeholder
 * in every request of the tenant, and nobody without the key can tell which value a placeholder stands for or find it by
 * trying all telephone numbers. Five syllables are 31 bits; where two values of one request fall on the same
 * placeholder, the later one takes more syllables of its own HMAC.
 */
const consonants = 'bdfghklmnprstvxz';
const vowels = 'aeio';
const syllables = 5;
const longestSyllables = 20;

/** What stands for what in one request. */
export interface Pseudonyms {
  /** The placeholder of a value; the same for values that differ only in case, width, spaces and separators. */
  placeholderOf(entity: Entity, value: string): string;
  /** Placeholder → the value as it was first written, for restoring. */
  readonly map: Readonly<Record<string, string>>;
}

/** `tenantKey`: 32 random bytes, kept as secret as the texts themselves. */
export function createPseudonyms(tenantKey: Uint8Array): Pseudonyms {
  const map: Record<string, string> = {};
  const owners = new Map<string, string>();
  return {
    map,
    placeholderOf(entity, value) {
      const identity = `${entity}\0${normalised(entity, value)}`;
      const digest = createHmac('sha256', tenantKey).update(identity).digest();
      for (let size = syllables; size <= longestSyllables; size += 1) {
        const placeholder = `${entity.toUpperCase()}_${syllablesOf(digest, size)}`;
        const owner = owners.get(placeholder);
        if (owner !== undefined && owner !== identity) continue;
        owners.set(placeholder, identity);
        map[placeholder] ??= value;
        return placeholder;
      }
      throw new Error('Two values share 120 bits of HMAC-SHA256.');
    },
  };
}

/** Six bits of the digest a syllable, one byte each. */
function syllablesOf(digest: Uint8Array, count: number): string {
  let text = '';
  for (const byte of digest.subarray(0, count)) text += consonants.charAt(byte & 15) + vowels.charAt((byte >> 4) & 3);
  return text;
}

/** Numbers are compared by their digits and letters, other values without regard to case, width and spacing. */
function normalised(entity: Entity, value: string): string {
  const plain = value.normalize('NFKC').toLowerCase().trim();
  if (entity === 'secret') return value;
  if (entity === 'person' || entity === 'address') return plain.replaceAll(/\s+/gu, ' ');
  if (entity === 'email' || entity === 'ip' || entity === 'wechat') return plain;
  return plain.replaceAll(/[^\p{L}\p{N}]/gu, '').replace(/^(?:86|0086)(?=1[3-9]\d{9}$)/u, '');
}
