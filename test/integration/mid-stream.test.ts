import { type GatewayFixture, hello, pairedConfig, startFixture } from '../support/gateway-fixture.ts';
import { readWhole } from '../support/read-stream.ts';

let fixture: GatewayFixture;
/** The pair of deployments of the test that runs. */
let pair = 0;
beforeAll(async () => {
  fixture = await startFixture({}, (url) => pairedConfig(url, 10));
});
beforeEach(() => {
  pair += 1;
});
afterAll(() => fixture.close());

const streamed = (model: string) => fixture.gateway.chat({ ...hello, model, stream: true });
const parts = ['The ', 'quick ', 'brown ', 'fox.'];

describe('a provider that dies mid-stream', () => {
  it('is succeeded by one that goes on from what was delivered', async () => {
    const { upstream } = fixture;
    upstream.script([{ kind: 'cut', afterTokens: 2 }], 'm-light');
    upstream.script([{ kind: 'answer', parts: ['on ', 'it ', 'goes.'] }], 'm-heir');
    const seen = await readWhole(await streamed('relay'));
    expect(seen).toMatchObject({ text: 't0 t1 on it goes.', restarts: 0, errors: [], done: true });
    expect(upstream.calls.at(-1)?.body.messages).toEqual([...hello.messages, { role: 'assistant', content: 't0 t1 ' }]);
  });

  it('is succeeded without a seam by one whose answer begins with what was delivered', async () => {
    fixture.upstream.script([{ kind: 'cut', afterTokens: 3 }], 'm-light');
    fixture.upstream.script([{ kind: 'answer', tokens: 6 }], 'm-large');
    const seen = await readWhole(await streamed(`pair-${pair}`));
    expect(seen).toMatchObject({ text: 't0 t1 t2 t3 t4 t5 ', restarts: 0, errors: [], done: true });
  });

  it('leads to an explicit restart when the next answer is another', async () => {
    fixture.upstream.script([{ kind: 'cut', afterTokens: 3 }], 'm-light');
    fixture.upstream.script([{ kind: 'answer', parts }], 'm-large');
    const response = await streamed(`pair-${pair}`);
    const id = response.headers.get('x-request-id');
    expect(await readWhole(response)).toMatchObject({ text: 'The quick brown fox.', restarts: 1, done: true });
    const record = await fixture.gateway.record(id);
    expect(record).toMatchObject({
      attempts: [{ error_type: 'provider_interrupted' }, { outcome: 'succeeded' }],
      result: { choices: [{ message: { content: 'The quick brown fox.' } }] },
    });
  });

  it('leads to an explicit error with the address to resume at when no deployment is left', async () => {
    fixture.upstream.script([{ kind: 'cut', afterTokens: 3 }], 'm-light');
    fixture.upstream.script([{ kind: 'error', error: 'badKey' }], 'm-large');
    fixture.upstream.script([{ kind: 'cut', afterTokens: 3 }], 'm-light');
    const response = await streamed(`pair-${pair}`);
    const id = response.headers.get('x-request-id');
    const seen = await readWhole(response);
    expect(seen).toMatchObject({ text: 't0 t1 t2 ', done: false });
    expect(seen.errors).toHaveLength(1);
    expect(seen.errors[0]?.message).toContain(`/v1/requests/${id}`);
  });

  it.each(['malformed', 'unfinished'] as const)('is replaced when its stream is %s', async (kind) => {
    fixture.upstream.script([{ kind, afterTokens: 2 }], 'm-light');
    fixture.upstream.script([{ kind: 'answer', tokens: 4 }], 'm-large');
    const seen = await readWhole(await streamed(`pair-${pair}`));
    expect(seen).toMatchObject({ text: 't0 t1 t2 t3 ', restarts: 0, errors: [], done: true });
  });

  it('gives a late reader every event of the log exactly once', async () => {
    fixture.upstream.script([{ kind: 'answer', tokens: 30 }], 'm-light');
    const response = await streamed(`pair-${pair}`);
    const id = response.headers.get('x-request-id');
    const live = await readWhole(response);
    const whole = await readWhole(await fixture.gateway.fetch(`/v1/requests/${id}/events`));
    expect(whole.text).toBe(live.text);
    for (const after of [live.ids[0] ?? 0, live.ids[10] ?? 0, live.ids.at(-1) ?? 0]) {
      const rest = await readWhole(
        await fixture.gateway.fetch(`/v1/requests/${id}/events`, { headers: { 'last-event-id': String(after) } }),
      );
      expect(rest.ids).toEqual(live.ids.filter((seq) => seq > after));
    }
  });
});
