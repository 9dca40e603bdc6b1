import type { ArtifactStore } from '../platform/artifacts/contract.ts';
import type { Carried } from './contracts.ts';

/** Largest JSON text that travels inside the history. */
export const inlineLimitBytes = 64 * 1024;

/** Puts a large value aside, so that histories stay small. */
export async function carry<T>(value: T, artifacts: ArtifactStore): Promise<Carried<T>> {
  const text = JSON.stringify(value);
  if (text.length <= inlineLimitBytes && Buffer.byteLength(text) <= inlineLimitBytes) return { kind: 'inline', value };
  const { sha256, sizeBytes } = await artifacts.put(Buffer.from(text));
  return { kind: 'artifact', sha256, sizeBytes };
}

export async function unpack<T>(carried: Carried<T>, artifacts: ArtifactStore): Promise<T> {
  if (carried.kind === 'inline') return carried.value;
  return JSON.parse(Buffer.from(await artifacts.get(carried.sha256)).toString()) as T;
}
