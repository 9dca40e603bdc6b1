import type { Entity } from '../../domain/privacy/span.ts';
import type { LabelledText } from './data-set.ts';

/** How the data sets name what the gateway calls otherwise. Types that are left out are not scored. */
const entityOfType: Readonly<Record<string, Entity>> = {
  PERSON: 'person',
  PHONE: 'phone',
  PHONE_NUMBER: 'phone',
  EMAIL: 'email',
  EMAIL_ADDRESS: 'email',
  ID_CARD: 'id_card',
  SSN: 'id_card',
  US_SSN: 'id_card',
  BANK_CARD: 'bank_card',
  CREDIT_CARD: 'bank_card',
  IBAN_CODE: 'bank_card',
  ADDRESS: 'address',
  STREET_ADDRESS: 'address',
  PLATE: 'plate',
  WECHAT: 'wechat',
  MRN: 'medical_record',
  IP: 'ip',
  IP_ADDRESS: 'ip',
};
/** Found pieces that lie in such a marked one are neither right nor wrong: the sets mark them under another head. */
const tolerated: Readonly<Partial<Record<Entity, readonly string[]>>> = {
  address: ['GPE', 'ZIP_CODE'],
  id_card: ['ID', 'US_DRIVER_LICENSE'],
  birth_date: ['DATE', 'DATE_TIME'],
};

export interface Found {
  start: number;
  end: number;
  entity: Entity;
}

export interface Score {
  entity: Entity;
  marked: number;
  missed: number;
  found: number;
  wrong: number;
}

function entityOf(type: string): Entity | undefined {
  return entityOfType[type];
}

/** Scores by overlap, entity by entity. `found[i]` belongs to `texts[i]`. */
export function score(texts: readonly LabelledText[], found: readonly (readonly Found[])[]): Score[] {
  const scores = new Map<Entity, Score>();
  const of = (entity: Entity): Score => {
    const known = scores.get(entity) ?? { entity, marked: 0, missed: 0, found: 0, wrong: 0 };
    scores.set(entity, known);
    return known;
  };
  for (const [i, { spans }] of texts.entries()) {
    const pieces = found[i] ?? [];
    for (const mark of spans) {
      const entity = entityOf(mark.type);
      if (entity === undefined) continue;
      of(entity).marked += 1;
      if (!pieces.some((piece) => piece.entity === entity && overlap(piece, mark))) of(entity).missed += 1;
    }
    for (const piece of pieces) {
      const hit = spans.filter((mark) => overlap(piece, mark));
      const right = hit.some(({ type }) => entityOf(type) === piece.entity);
      if (!right && hit.some(({ type }) => tolerated[piece.entity]?.includes(type))) continue;
      of(piece.entity).found += 1;
      if (!right) of(piece.entity).wrong += 1;
    }
  }
  return [...scores.values()].filter(({ marked, found: count }) => marked + count > 0);
}

export const recall = ({ marked, missed }: Score): number => (marked - missed) / marked;
export const precision = ({ found, wrong }: Score): number => (found - wrong) / found;

/** F-beta with beta 2: recall weighs four times as much as precision, as what is missed has left the house. */
export function f2(result: Score): number {
  const r = recall(result);
  const p = precision(result);
  return (5 * p * r) / (4 * p + r);
}

export function overlap(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}
