import type { Artifacts } from '../platform/artifacts/contract.ts';
import type { Carried } from './contracts.ts';

/** Largest JSON text that travels inside the history. */
export const inlineLimitBytes = 64 * 1024;

/** Puts a large value of a request aside, so that histories stay small. `text` is its JSON. */
export async function carry<T>(
  value: T,
  requestId: string,
  artifacts: Artifacts,
  text: string = JSON.stringify(value),
): Promise<Carried<T>> {
  if (text.length <= inlineLimitBytes && Buffer.byteLength(text) <= inlineLimitBytes) return { kind: 'inline', value };
  const { sha256, sizeBytes } = await artifacts.of({ requestId }).put(Buffer.from(text));
  return { kind: 'artifact', requestId, sha256, sizeBytes };
}

export async function unpack<T>(carried: Carried<T>, artifacts: Artifacts): Promise<T> {
  if (carried.kind === 'inline') return carried.value;
  const { requestId, sha256 } = carried;
  const bytes = await artifacts.of(requestId === undefined ? undefined : { requestId }).get(sha256);
  return JSON.parse(Buffer.from(bytes).toString()) as T;
}
