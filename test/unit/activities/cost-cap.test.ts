import type { CallModelInput } from '../../../activities/contracts.ts';
import { withinMeans } from '../../../activities/cost-cap.ts';
import type { ChatCompletionRequest } from '../../../domain/chat.ts';
import type { Deployment, ProviderKind } from '../../../domain/deployment.ts';
import { GatewayError } from '../../../domain/errors.ts';

/** 15 input tokens: 44 letters and one message. */
const body: ChatCompletionRequest = { model: 'auto', messages: [{ role: 'user', content: 'x'.repeat(44) }] };

function deployment(kind: ProviderKind = 'openai-compatible', changes: Partial<Deployment> = {}): Deployment {
  const provider = { name: 'p', kind, baseUrl: '', headers: {}, local: false, alwaysStream: false };
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  return { name: 'light', provider, model: 'm', modalities: ['chat'], price, limits: {}, ...changes };
}

function input(limits: Pick<CallModelInput, 'costCapMicroUsd' | 'reservedMicroUsd'>): CallModelInput {
  const times = { deadlineMs: 0, tryTimeoutMs: 0, firstTokenTimeoutMs: 0 };
  const carried = { kind: 'inline' as const, value: body };
  return {
    requestId: 'r',
    tenant: 't',
    attempt: 1,
    deployment: 'light',
    stream: false,
    body: carried,
    ...times,
    ...limits,
  };
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof GatewayError ? error.type : String(error);
  }
  return 'none';
}

describe('what is set aside for a request', () => {
  it('leaves the body as it is where it pays for the longest answer, or where nothing is set aside', () => {
    expect(withinMeans(input({}), body, deployment())).toBe(body);
    expect(withinMeans(input({ reservedMicroUsd: 15 + 2 * 32_768 }), body, deployment())).toBe(body);
    const short = { ...body, max_tokens: 10 };
    expect(withinMeans(input({ reservedMicroUsd: 35 }), short, deployment())).toBe(short);
  });

  it('limits the answer to what it pays for, by the field that the client used or that the server knows', () => {
    const means = input({ reservedMicroUsd: 115 });
    expect(withinMeans(means, body, deployment())).toEqual({ ...body, max_tokens: 50 });
    expect(withinMeans(means, body, deployment('openai'))).toEqual({ ...body, max_completion_tokens: 50 });
    const old = { ...body, max_tokens: 400 };
    expect(withinMeans(means, old, deployment('openai'))).toEqual({ ...body, max_tokens: 50 });
    const both = { ...old, max_completion_tokens: 400, n: 2 };
    expect(withinMeans(means, both, deployment())).toMatchObject({ max_completion_tokens: 25, max_tokens: 400 });
  });

  it('refuses a call of which it does not pay for one token', () => {
    expect(refusal(() => withinMeans(input({ reservedMicroUsd: 16 }), body, deployment()))).toBe('budget_exceeded');
  });

  it('costs a local server without a price nothing', () => {
    const { price: _price, ...unpriced } = deployment();
    const local = { ...unpriced, provider: { ...unpriced.provider, local: true } };
    expect(withinMeans(input({ reservedMicroUsd: 0, costCapMicroUsd: 0 }), body, local)).toBe(body);
  });
});

describe('the cap of a request', () => {
  it('refuses an answer that may cost more, as long as the client asked for or a usual one', () => {
    const asked = { ...body, max_tokens: 1_000 };
    expect(refusal(() => withinMeans(input({ costCapMicroUsd: 2_022 }), asked, deployment()))).toBe('cost_cap_reached');
    expect(withinMeans(input({ costCapMicroUsd: 2_023 }), asked, deployment())).toBe(asked);
    expect(refusal(() => withinMeans(input({ costCapMicroUsd: 8_000 }), body, deployment()))).toBe('cost_cap_reached');
  });

  it('holds for an answer that is longer than a usual one', () => {
    expect(withinMeans(input({ costCapMicroUsd: 10_015 }), body, deployment())).toEqual({ ...body, max_tokens: 5_000 });
  });

  it('needs a price', () => {
    const { price: _price, ...unpriced } = deployment();
    expect(refusal(() => withinMeans(input({ costCapMicroUsd: 1_000_000 }), body, unpriced))).toBe('cost_cap_reached');
  });
});
