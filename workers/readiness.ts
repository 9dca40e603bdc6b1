import type { Readiness } from '../api/ports.ts';

/** A part without which no request could be accepted. */
export interface VitalPart {
  part: string;
  /** Rejects, or does not answer in time, when the part is down. */
  check: () => Promise<unknown>;
}

const checkTimeoutMs = 2_000;
const cacheMs = 250;

/** Asks every part at once; answers of the last quarter second serve again, so that probes cost nothing. */
export function createReadiness(parts: readonly VitalPart[]): () => Promise<Readiness> {
  let cached: { at: number; answer: Promise<Readiness> } | undefined;
  return () => {
    if (!cached || Date.now() - cached.at > cacheMs) cached = { at: Date.now(), answer: checkAll(parts) };
    return cached.answer;
  };
}

async function checkAll(parts: readonly VitalPart[]): Promise<Readiness> {
  const results = await Promise.all(parts.map((part) => checkOne(part)));
  const failing = results.flatMap((failure) => failure ?? []);
  return failing.length === 0 ? { ok: true } : { ok: false, failing };
}

async function checkOne({ part, check }: VitalPart): Promise<{ part: string; message: string } | undefined> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${checkTimeoutMs} ms`)), checkTimeoutMs);
  try {
    await Promise.race([check(), tooLate]);
    return undefined;
  } catch (error) {
    return { part, message: error instanceof Error ? error.message : 'down' };
  } finally {
    clearTimeout(timer);
  }
}
