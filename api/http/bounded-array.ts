import { z } from 'zod';

/**
 * An array whose length is judged before its entries, so that a long list of faults is never built. The bounds stand
 * on both sides for the sake of the JSON Schema that is made of it.
 */
export function boundedArray<Entry extends z.ZodType>(entry: Entry, minimum: number, maximum: number) {
  return z.array(z.unknown()).min(minimum).max(maximum).pipe(z.array(entry).min(minimum).max(maximum));
}
