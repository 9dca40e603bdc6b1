/** Kinds of personal data a policy may name (`redact: [person, id_card, …]`), in both languages. */
export const entities = [
  'person',
  'phone',
  'email',
  'id_card',
  'bank_card',
  'address',
  'plate',
  'wechat',
  'medical_record',
  'ip',
  'birth_date',
  'secret',
] as const;

export type Entity = (typeof entities)[number];

/**
 * Why a detector believes a span, weakest first. Overlaps are decided by it:
 * - `pattern`: the shape alone;
 * - `cued`: a word beside it names the kind (`电话`, `DOB`, `Mr.`);
 * - `verified`: a checksum holds, a vendor's key prefix matches, or the operator registered the word.
 */
export const evidences = ['pattern', 'cued', 'verified'] as const;

export type Evidence = (typeof evidences)[number];

/** One found piece of personal data. `text.slice(start, end)` is the piece; both are UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
  entity: Entity;
  evidence: Evidence;
  /** 0–1, for reports and thresholds; it never decides an overlap. */
  score: number;
}

const scores: Record<Evidence, number> = { pattern: 0.7, cued: 0.9, verified: 0.99 };

/** A span with the usual score of its evidence. */
export function span(entity: Entity, start: number, end: number, evidence: Evidence): Span {
  return { start, end, entity, evidence, score: scores[evidence] };
}
