import { detectAddressEn } from './detectors/address-en.ts';
import { detectAddressZh } from './detectors/address-zh.ts';
import { detectBankCard } from './detectors/bank-card.ts';
import { detectBirthDate } from './detectors/birth-date.ts';
import { detectEmail } from './detectors/email.ts';
import { foldWidth } from './detectors/full-width.ts';
import { detectIdCard } from './detectors/id-card.ts';
import { detectIp } from './detectors/ip.ts';
import { detectMedicalRecord } from './detectors/medical-record.ts';
import { createPatternDetector } from './detectors/operator-pattern.ts';
import { detectPersonEn } from './detectors/person-en.ts';
import { detectPersonZh } from './detectors/person-zh.ts';
import { detectPhone } from './detectors/phone.ts';
import { detectPlate } from './detectors/plate.ts';
import { createWordDetector } from './detectors/registered.ts';
import { detectSecret } from './detectors/secret.ts';
import { detectWechat } from './detectors/wechat.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';
import { entities, type Entity, type Span } from './span.ts';

export type Detector = (text: string) => Span[];

export interface DetectOptions {
  /** Kinds to look for; all when left out. */
  entities?: readonly Entity[];
  /** Names the operator has registered: the strongest evidence there is. */
  persons?: readonly string[];
  /** Operator word lists, up to 50,000 entries each. */
  words?: readonly { entity: Entity; words: readonly string[] }[];
  /** Operator patterns in RE2 syntax. */
  patterns?: readonly { entity: Entity; pattern: string }[];
}

const detectors: Record<Entity, readonly Detector[]> = {
  person: [detectPersonZh, detectPersonEn],
  phone: [detectPhone],
  email: [detectEmail],
  id_card: [detectIdCard],
  bank_card: [detectBankCard],
  address: [detectAddressZh, detectAddressEn],
  plate: [detectPlate],
  wechat: [detectWechat],
  medical_record: [detectMedicalRecord],
  ip: [detectIp],
  birth_date: [detectBirthDate],
  secret: [detectSecret],
};

/**
 * Prepares a detector for any number of texts. Every kind is looked for, also one that was not asked for, since a
 * number that is known to be a card must not be taken for a telephone; only the asked kinds are returned.
 * @throws Error where an operator pattern is not valid RE2.
 */
export function createDetector(options: DetectOptions = {}): Detector {
  const wanted = new Set(options.entities ?? entities);
  const shipped = Object.values(detectors).flat();
  const registered: Detector[] = [
    ...(options.words ?? []).map(({ words, entity }) => createWordDetector(words, entity)),
    ...(options.patterns ?? []).map(({ pattern, entity }) => createPatternDetector(pattern, entity)),
  ];
  if (options.persons !== undefined && options.persons.length > 0)
    registered.push(createWordDetector(options.persons, 'person'));
  return (text) => {
    const folded = foldWidth(text);
    const found: Span[] = [];
    for (const find of shipped) for (const piece of find(folded)) found.push(piece);
    for (const find of registered) for (const piece of find(text)) found.push(piece);
    return found.length === 0 ? found : resolveOverlaps(found).filter(({ entity }) => wanted.has(entity));
  };
}

/** Personal data in a text, in text order, without overlaps. Linear in the length of the text. */
export function detect(text: string, options: DetectOptions = {}): Span[] {
  return createDetector(options)(text);
}
