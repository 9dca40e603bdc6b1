import { z } from 'zod';

const isoInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
/** A time in a query, as a date: ISO 8601 (a day alone begins at midnight UTC) or Unix seconds. */
export const instant = z
  .string()
  .transform((text) =>
    /^\d{1,12}$/.test(text) ? new Date(Number(text) * 1000) : isoInstant.test(text) ? new Date(text) : undefined,
  )
  .pipe(z.date('must be a time in ISO 8601, or in Unix seconds'));
