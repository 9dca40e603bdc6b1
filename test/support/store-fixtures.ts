import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { GatewayError } from '../../domain/errors.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import { createCipher } from '../../platform/encryption/cipher.ts';
import type {
  AttemptEnd,
  AttemptKey,
  AttemptTurn,
  Cipher,
  NewRequest,
  RunningTry,
  Store,
} from '../../platform/store/contract.ts';

export const tenant = 'clinic';

export function aRequest(changes: Partial<NewRequest> = {}): NewRequest {
  return {
    id: `${tenant}:${randomUUID()}`,
    tenant,
    principal: 'key_1',
    modality: 'chat',
    alias: 'auto',
    stream: true,
    bodyHash: 'a'.repeat(64),
    origin: { ip: '127.0.0.1', policy: 'default', body: '{"model":"auto"}' },
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
    ...changes,
  };
}

export const aRoute: RoutingDecision = {
  strategy: 'ordered',
  alias: 'auto',
  weights: { quality: 1, cost: 1, latency: 1 },
  ranked: [{ deployment: 'light', rank: 1, latencyMs: 400, costMicroUsd: 12, quality: 0.6, score: 0 }],
  excluded: [],
  order: ['light'],
};

export function anAttempt(requestId: string, changes: Partial<AttemptKey> = {}): AttemptKey {
  return { requestId, runId: 'run-1', attempt: 1, ...changes };
}

export function began(store: Store, key: AttemptKey, givenUp?: RunningTry): Promise<AttemptTurn> {
  return store.attempts.begin(key, { deployment: 'light', startedAt: new Date() }, givenUp);
}

export const answerJson = JSON.stringify({
  choices: [{ message: { role: 'assistant', content: 'Guten Tag, 王小明' } }],
});

export const succeeded: AttemptEnd = {
  outcome: 'succeeded',
  answer: answerJson,
  usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  costMicroUsd: 4_200_000_001,
  latencyMs: 812,
};

export function chunks(from: number, to: number): StreamEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    kind: 'chunk',
    json: JSON.stringify({ choices: [{ delta: { content: `word ${from + index} ` } }] }),
  }));
}

/** A cipher with a key of its own. */
export function aCipher(): Cipher {
  const key = createSecretKey(randomBytes(32));
  return createCipher({ activeKeyId: 'test', key: () => key });
}

/** The type of the GatewayError that a promise rejects with, for `expect(await typeOf(...))`. */
export async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof GatewayError ? error.type : String(error)),
  );
}
