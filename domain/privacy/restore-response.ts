import type { Restorer } from './stream/stream-restorer.ts';

/**
 * Puts the originals back into every string of a whole answer. Strings that are JSON themselves, as tool-call
 * arguments are, get them escaped, so that they stay valid. The answer is not changed; the restored one is a copy.
 */
export function restoreResponse<Body>(body: Body, restorer: Restorer): Body {
  return restore(body, undefined, restorer) as Body;
}

function restore(value: unknown, key: string | undefined, restorer: Restorer): unknown {
  if (typeof value === 'string') return restorer.text(value, key === 'arguments' ? 'json' : 'text');
  if (Array.isArray(value)) return value.map((item: unknown) => restore(item, key, restorer));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, unknown] => [
      restorer.text(name),
      restore(member, name, restorer),
    ]),
  );
}
