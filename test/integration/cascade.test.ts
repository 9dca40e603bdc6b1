import type { RequestObject } from '../../api/gateway/request-object.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import type { Behaviour } from '../doubles/behaviour.ts';
import { type GatewayFixture, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';
import { readWhole } from '../support/read-stream.ts';

const light = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
const large = { inputUsdPerMTok: 10, outputUsdPerMTok: 20 };
/** What the double bills: 11 tokens of prompt and 5 of answer. */
const [lightUsd, largeUsd] = [21e-6, 210e-6];

function cascades(upstreamUrl: string): ConfigFile {
  const rungs: [string, ...string[]] = ['light', 'large'];
  return {
    providers: {
      near: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true },
      far: { kind: 'openai', baseUrl: `${upstreamUrl}/v1`, apiKeyEnv: 'FAR_KEY' },
    },
    deployments: {
      light: { provider: 'near', model: 'm-light', price: light, capabilities: ['tools', 'json', 'logprobs'] },
      large: { provider: 'near', model: 'm-large', price: large },
      judge: { provider: 'far', model: 'm-judge', price: light },
    },
    aliases: {
      support: { deployments: rungs, strategy: 'cascade' },
      certain: { deployments: rungs, strategy: 'cascade', verifier: { minMeanLogprob: -0.5 } },
      judged: { deployments: rungs, strategy: 'cascade', verifier: { judge: { deployment: 'judge', minScore: 0.7 } } },
      steady: {
        deployments: rungs,
        strategy: 'cascade',
        verifier: { selfConsistency: { samples: 2, minAgreement: 0.6 } },
      },
    },
    policies: { indoors: { localOnly: true } },
  };
}

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture({}, cascades);
});
afterAll(() => fixture.close());

const five = ['Bring ', 'it ', 'to ', 'any ', 'shop.'];
const good: Behaviour = { kind: 'answer', parts: five };
const refusing: Behaviour = { kind: 'answer', parts: ['I ', 'cannot ', 'help ', 'with ', 'that.'] };
const weighty: Behaviour = { kind: 'answer', parts: ['Any ', 'shop ', 'takes ', 'it ', 'back.'] };
const saying = (text: string): Behaviour => ({ kind: 'answer', parts: [text] });
const ask = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'How do I return a parcel?' }],
  ...more,
});

interface Scripts {
  light?: Behaviour[];
  large?: Behaviour[];
  judge?: Behaviour[];
}

/** Models that were called, what the client got, and what the record says of the attempts. */
async function outcomeOf(body: object, scripts: Scripts = {}) {
  const { upstream, gateway } = fixture;
  upstream.script(scripts.light ?? [good], 'm-light');
  upstream.script(scripts.large ?? [weighty], 'm-large');
  upstream.script(scripts.judge ?? [saying('{"score": 0.9}')], 'm-judge');
  const before = upstream.calls.length;
  const response = await gateway.chat(body);
  const answered = (await response.json()) as {
    choices?: { message: { content: string } }[];
    error?: { code: string; message: string };
  };
  const record = await gateway.record(response.headers.get('x-request-id'));
  return {
    status: response.status,
    deployment: response.headers.get('x-gateway-deployment'),
    text: answered.choices?.[0]?.message.content,
    error: answered.error,
    calls: upstream.calls.slice(before),
    called: upstream.calls.slice(before).map(({ model }) => model),
    attempts: record.attempts.map(({ deployment, outcome }) => `${deployment} ${outcome}`),
    record,
  };
}

describe('a cascade', () => {
  it('is content with a good answer of the light model', async () => {
    const outcome = await outcomeOf(ask('support'));
    expect(outcome).toMatchObject({ status: 200, text: five.join(''), called: ['m-light'], deployment: 'light' });
    expect(outcome.record).toMatchObject({ cost_usd: lightUsd, attempts: [{ outcome: 'succeeded' }] });
    expect(outcome.record.route?.cascade).toMatchObject({ rungs: ['light', 'large'], judge: null });
  });

  it.each<[string, Behaviour, object]>([
    ['declines', refusing, {}],
    ['was cut off', { ...good, finishReason: 'length' }, {}],
    ['is not the JSON that was asked for', good, { response_format: { type: 'json_object' } }],
    [
      'lacks a tool call that was asked for',
      good,
      { tools: [{ type: 'function', function: { name: 'track' } }], tool_choice: 'required' },
    ],
  ])('asks the large model where the draft %s', async (_what, draft, more) => {
    const outcome = await outcomeOf(ask('support', more), { light: [draft] });
    expect(outcome).toMatchObject({
      status: 200,
      text: 'Any shop takes it back.',
      called: ['m-light', 'm-large'],
      deployment: 'large',
      attempts: ['light rejected', 'large succeeded'],
    });
    expect(outcome.record.attempts[0]).toMatchObject({ error_type: 'answer_rejected', cost_usd: lightUsd });
    expect(outcome.record.cost_usd).toBeCloseTo(lightUsd + largeUsd, 9);
  });

  it('asks the large model where the light one is down, and judges nobody then', async () => {
    const outcome = await outcomeOf(ask('support'), {
      light: [{ kind: 'error', error: 'internal' }],
      large: [refusing],
    });
    expect(outcome).toMatchObject({ status: 200, text: 'I cannot help with that.', called: ['m-light', 'm-large'] });
  });

  it('gives one clear error, and never the draft, where no larger model answers', async () => {
    const outcome = await outcomeOf(ask('support'), {
      light: [refusing],
      large: [{ kind: 'error', error: 'noModel' }],
    });
    expect(outcome).toMatchObject({
      status: 502,
      called: ['m-light', 'm-large'],
      error: { code: 'provider_model_missing' },
    });
    expect(JSON.stringify(outcome.record.result)).toBe('null');
  });

  it("keeps within the request's cost cap, drafts included", async () => {
    // The large model may cost 0.00057 at most: that fits, and no longer does once the draft is paid.
    const within = { gateway: { maxCostUsd: 0.00058 }, max_tokens: 20 };
    const outcome = await outcomeOf(ask('support', within), { light: [refusing] });
    expect(outcome).toMatchObject({ status: 402, called: ['m-light'], error: { code: 'cost_cap_reached' } });
  });

  it('takes the answer of the light model as it is where the larger one is too dear for the request', async () => {
    const within = { gateway: { maxCostUsd: 0.0001 }, max_tokens: 20 };
    const outcome = await outcomeOf(ask('support', within), { light: [refusing] });
    expect(outcome).toMatchObject({ status: 200, called: ['m-light'], attempts: ['light succeeded'] });
  });

  it('asks for log-probabilities where they decide, and shows none that the client did not ask for', async () => {
    const unsure = {
      id: 'a',
      object: 'chat.completion',
      created: 1,
      model: 'm-light',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'At any shop.' },
          finish_reason: 'stop',
          logprobs: { content: [{ token: 'At', logprob: -2 }] },
        },
      ],
    };
    const raw = (logprob: number): Behaviour => ({
      kind: 'raw',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(unsure).replace('-2', String(logprob)),
    });
    const rejected = await outcomeOf(ask('certain'), { light: [raw(-2)] });
    expect(rejected).toMatchObject({ called: ['m-light', 'm-large'], deployment: 'large' });
    expect(rejected.calls.map(({ body }) => body['logprobs'])).toEqual([true, undefined]);
    const taken = await outcomeOf(ask('certain'), { light: [raw(-0.1)] });
    expect(taken).toMatchObject({ called: ['m-light'], text: 'At any shop.' });
    expect(JSON.stringify(taken.record.result)).not.toContain('-0.1');
  });
});

const streamed = (model: string) => fixture.gateway.chat(ask(model, { stream: true }));

describe('a streamed cascade', () => {
  it('streams an accepted draft whole', async () => {
    fixture.upstream.script([good], 'm-light');
    const response = await streamed('support');
    expect(response.headers.get('x-gateway-deployment')).toBe('light');
    expect(await readWhole(response)).toMatchObject({ text: five.join(''), restarts: 0, errors: [], done: true });
  });

  it('shows nothing of a rejected draft, now or later', async () => {
    fixture.upstream.script([refusing], 'm-light');
    fixture.upstream.script([weighty], 'm-large');
    const response = await streamed('support');
    expect(response.headers.get('x-gateway-deployment')).toBe('large');
    const id = response.headers.get('x-request-id');
    expect(await readWhole(response)).toMatchObject({ text: 'Any shop takes it back.', restarts: 0, done: true });
    const again = await fixture.gateway.fetch(`/v1/requests/${id}/events`);
    expect(await again.text()).not.toContain('cannot');
  });

  it('waits for the judge too', async () => {
    fixture.upstream.script([good], 'm-light');
    fixture.upstream.script([saying('{"score": 0.2}')], 'm-judge');
    expect(await readWhole(await streamed('judged'))).toMatchObject({ text: 'Any shop takes it back.', restarts: 0 });
    fixture.upstream.script([saying('{"score": 0.9}')], 'm-judge');
    expect(await readWhole(await streamed('judged'))).toMatchObject({ text: five.join(''), restarts: 0, done: true });
  });
});

describe('a judge', () => {
  it.each<[string, Behaviour, string, string[]]>([
    ['content', saying('{"score": 0.9}'), 'light', ['light succeeded', 'judge judged']],
    ['not content', saying('{"score": 0.5}'), 'large', ['light rejected', 'judge judged', 'large succeeded']],
    ['without a word', saying('Well done!'), 'large', ['light rejected', 'judge judged', 'large succeeded']],
    ['away', { kind: 'error', error: 'internal' }, 'large', ['light rejected', 'judge failed', 'large succeeded']],
  ])('that is %s', async (_what, judge, deployment, attempts) => {
    const outcome = await outcomeOf(ask('judged'), { judge: [judge] });
    expect(outcome).toMatchObject({ status: 200, deployment, attempts });
    expect(outcome.record.cost_usd).toBeCloseTo(
      outcome.record.attempts.reduce((sum, { cost_usd: cost }) => sum + cost, 0),
      9,
    );
  });

  it('is not asked about a draft that fails a check, nor outside what must stay inside', async () => {
    expect((await outcomeOf(ask('judged'), { light: [refusing] })).called).toEqual(['m-light', 'm-large']);
    const indoors = await outcomeOf(ask('judged', { gateway: { policy: 'indoors' } }));
    expect(indoors.called).toEqual(['m-light']);
    expect(indoors.record.route?.cascade?.judge).toBeNull();
  });
});

describe('self-consistency', () => {
  it('takes a draft that its samples agree with, and no other', async () => {
    const agreed = await outcomeOf(ask('steady'), { light: [good] });
    expect(agreed.attempts).toEqual(['light succeeded', 'light sampled', 'light sampled']);
    expect(agreed.record.cost_usd).toBeCloseTo(3 * lightUsd, 9);
    const split = await outcomeOf(ask('steady'), { light: [good, saying('Write a letter.'), saying('No idea.')] });
    expect(split).toMatchObject({ status: 200, deployment: 'large' });
    expect(split.attempts).toEqual(['light rejected', 'light sampled', 'light sampled', 'large succeeded']);
  });
});

describe('a crash between the draft and the large model', () => {
  it('repeats no call that was answered', async () => {
    const { upstream, gateway } = fixture;
    upstream.script([good], 'm-light');
    upstream.script([saying('{"score": 0}')], 'm-judge');
    upstream.script([{ ...weighty, delayMs: 60_000 }, weighty], 'm-large');
    const before = upstream.calls.length;
    const accepted = await gateway.chat(ask('judged'), { prefer: 'respond-async' });
    const id = accepted.headers.get('x-request-id');
    await upstream.until(() => upstream.calls.slice(before).some(({ model }) => model === 'm-large'));
    await gateway.restart();
    const end = await eventually<RequestObject>(
      'the answer',
      async () => {
        const record = await gateway.record(id);
        return record.status === 'completed' && record;
      },
      40_000,
    );
    expect(upstream.calls.slice(before).map(({ model }) => model)).toEqual([
      'm-light',
      'm-judge',
      'm-large',
      'm-large',
    ]);
    expect(end.attempts.map(({ outcome }) => outcome)).toEqual(['rejected', 'judged', 'lost', 'succeeded']);
  });
});
