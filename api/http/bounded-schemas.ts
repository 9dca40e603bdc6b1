import { z } from 'zod';

/**
 * An array whose length is judged before its entries, so that a long list of faults is never built. The bounds stand
 * on both sides for the sake of the JSON Schema that is made of it.
 */
export function boundedArray<Entry extends z.ZodType>(entry: Entry, minimum: number, maximum: number) {
  return z.array(z.unknown()).min(minimum).max(maximum).pipe(z.array(entry).min(minimum).max(maximum));
}

/** An object of free keys whose number is judged before its entries. */
export function boundedRecord<Key extends z.ZodString, Value extends z.ZodType>(
  key: Key,
  value: Value,
  maximum: number,
) {
  return z
    .record(z.string(), z.unknown())
    .refine((entries) => Object.keys(entries).length <= maximum, { error: `must have at most ${maximum} entries` })
    .pipe(z.record(key, value));
}
