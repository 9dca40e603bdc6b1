import { setTimeout as delay } from 'node:timers/promises';
import type { ModelName } from '../cluster/models.ts';
import type { ClientPlan } from './client-plan.ts';
import type { Target } from './client.ts';

/** One answer to a request without a key, or to `GET /readyz`. */
export interface Probe {
  /** 0 where the connection failed. */
  status: number;
  retryAfter: string | null;
  body: string;
  tookMs: number;
}

const timeoutMs = 30_000;

/** A new chat request: what do clients get now? */
export function probeChat(target: Target): Promise<Probe> {
  const body = JSON.stringify({ model: 'whole', messages: [{ role: 'user', content: 'request 100000' }] });
  return probe(`${target.url}/v1/chat/completions`, { method: 'POST', headers: target.headers, body });
}

export function probeReady(target: Target): Promise<Probe> {
  return probe(`${target.url}/readyz`, {});
}

async function probe(url: string, init: RequestInit): Promise<Probe> {
  const startedAtMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedAtMs);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const body = await response.text();
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body, tookMs: tookMs() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { status: 0, retryAfter: null, body: cause, tookMs: tookMs() };
  }
}

/** Begins a probe every `everyMs` until the fault is over; gives the answers to all of them. */
export async function probeDuring(
  fault: Promise<unknown>,
  once: () => Promise<Probe>,
  everyMs = 500,
): Promise<Probe[]> {
  const over = fault.then(() => true);
  const probes: Promise<Probe>[] = [];
  do probes.push(once());
  while (!(await Promise.race([over, delay(everyMs, false)])));
  return Promise.all(probes);
}

/** Requests with keys, which are sent again with the same key until they are taken. */
export function keyedNow(count: number): ClientPlan[] {
  return Array.from({ length: count }, (_, index) => ({
    request: 200_000 + index,
    afterMs: 0,
    mode: index % 2 === 0 ? 'async' : 'json',
    model: 'late',
    resume: 'events',
    key: `patient-${index}`,
  }));
}

/** Streams that all begin now and are under way for a while. */
export function streamsNow(models: readonly ModelName[]): ClientPlan[] {
  return models.map((model, request) => ({ request, afterMs: 0, mode: 'stream', model, resume: 'events' }));
}
