import type { Deployment, ProbeCall } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { listModels } from '../providers/list-models.ts';
import type { Dependencies } from './dependencies.ts';

/** What a probe saw. */
export interface ProbeResult {
  call: ProbeCall;
  ok: boolean;
  latencyMs: number;
  /** For people: what was answered, or what went wrong. */
  saw: string;
}

export type ProbeDeployment = (deployment: Deployment, call: ProbeCall) => Promise<ProbeResult>;

/** One that takes longer answers no request in time either. */
const probeTimeoutMs = 10_000;
const oneToken = { messages: [{ role: 'user' as const, content: 'ping' }], max_tokens: 1 };

/**
 * Calls a deployment once, whatever its state, and lets its breaker learn from it: an answer brings even an open one
 * back, and a list of models proves a key.
 */
export function createProbe({ adapterFor, live }: Pick<Dependencies, 'adapterFor' | 'live'>): ProbeDeployment {
  const ask = async (deployment: Deployment, call: ProbeCall, signal: AbortSignal): Promise<string> => {
    const { name, model, provider } = deployment;
    if (call === 'models') {
      const models = await live.watchKey(name, () => listModels(provider, signal));
      if (models.includes(model)) return `a list of ${models.length} models, '${model}' among them`;
      return `a list of ${models.length} models without '${model}'; some servers list only part of theirs`;
    }
    const body = { model, ...oneToken };
    const watched = { stream: false, streamed: { ownText: '' }, maxTokens: 1, isProof: true };
    await live.watch(name, watched, () =>
      adapterFor(provider.kind).complete({ deployment, body, stream: false, signal }),
    );
    return 'an answer to a chat of one token';
  };

  return async (deployment, call) => {
    const startedAtMs = performance.now();
    const tooLate = new GatewayError({ type: 'provider_timeout', message: `no answer within ${probeTimeoutMs} ms` });
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(tooLate), probeTimeoutMs);
    const result = await ask(deployment, call, patience.signal).then(
      (saw) => ({ ok: true, saw }),
      (error: unknown) => {
        if (error instanceof GatewayError) return { ok: false, saw: `${error.info.message} (${error.type})` };
        throw error;
      },
    );
    clearTimeout(timer);
    return { call, ...result, latencyMs: Math.round(performance.now() - startedAtMs) };
  };
}

/** A token of a local model costs nothing; elsewhere nothing is spent unasked. */
export function cheapestCall({ provider }: Deployment): ProbeCall {
  return provider.local ? 'chat' : 'models';
}
