import { LivePool } from '../../../activities/live-stats.ts';
import { createRouter } from '../../../activities/router.ts';
import { type SentRequest, sharesOf, shiftTimes, type Trouble } from '../../../bench/shift/shares.ts';
import type { ChatCompletion } from '../../../domain/chat.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { Strategy } from '../../../domain/routing/rank.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';
import { readQualityModel } from '../../../platform/config/quality-model-file.ts';

const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
const configOf = (strategy: Strategy) =>
  resolveConfig(
    {
      providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } },
      deployments: {
        first: { provider: 'near', model: 'm', price },
        second: { provider: 'near', model: 'm', price },
      },
      aliases: { pair: { deployments: ['first', 'second'], strategy } },
    },
    {},
    'gateway.yaml',
  );
const qualityModel = readQualityModel();
const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const completion: ChatCompletion = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [], usage };
const startMs = 1_700_000_000_000;
const trouble: Trouble = { fromMs: 10_000, untilMs: 25_000 };
const endMs = 70_000;
const everyMs = 50;
const wellMs = { first: 100, second: 130 };
const tokensMs = 200;

type Kind = 'slow' | 'erroring';

/**
 * Twenty requests a second for 70 s of fake time. `first`, a little faster than `second`, is in trouble from the tenth
 * second to the 25th.
 */
async function play(strategy: Strategy, kind: Kind, stream: boolean) {
  const gatewayConfig = configOf(strategy);
  let nowMs = startMs;
  const live = new LivePool(() => nowMs);
  const router = createRouter({ config: () => gatewayConfig, live, qualityModel, now: () => nowMs });
  const ends: { atMs: number; run: () => void }[] = [];
  const sent: SentRequest[] = [];

  const call = (name: 'first' | 'second') => {
    const inTrouble = name === 'first' && nowMs - startMs >= trouble.fromMs && nowMs - startMs < trouble.untilMs;
    const firstMs = inTrouble && kind === 'slow' ? 3_000 : wellMs[name];
    const streamed: { ownText: string; firstTokenAtMs?: number } = { ownText: '' };
    const work = new Promise<{ completion: ChatCompletion }>((resolve, reject) => {
      if (inTrouble && kind === 'erroring') {
        const error = new GatewayError({ type: 'provider_unavailable', message: 'It answered 500.' });
        ends.push({ atMs: nowMs + 20, run: () => reject(error) });
        return;
      }
      if (stream) ends.push({ atMs: nowMs + firstMs, run: () => void (streamed.firstTokenAtMs = nowMs) });
      ends.push({ atMs: nowMs + firstMs + tokensMs, run: () => resolve({ completion }) });
    });
    live.watch(name, { stream, streamed }, () => work).catch(() => undefined);
  };

  for (; nowMs < startMs + endMs; nowMs += everyMs) {
    const due = ends.filter(({ atMs }) => atMs <= nowMs).toSorted((a, b) => a.atMs - b.atMs);
    for (const each of due) ends.splice(ends.indexOf(each), 1);
    for (const { run } of due) run();
    await new Promise((resolve) => setImmediate(resolve));
    if ((nowMs - startMs) % 250 === 0) live.noticeLateCalls();
    const body = { model: 'pair', messages: [{ role: 'user' as const, content: 'Hello there.' }] };
    const { order } = router.decide(`req_${nowMs}`, { tenant: 'default', alias: 'pair', modality: 'chat', body });
    const first = order[0] === 'first' ? 'first' : 'second';
    sent.push({ atMs: nowMs - startMs, deployment: first });
    call(first);
  }
  const shares = sharesOf('first', sent, endMs);
  return { ...shiftTimes(shares, trouble, endMs), shares, sent };
}

describe.each<Kind>(['slow', 'erroring'])('a deployment that turns %s under load', (kind) => {
  const rows = (['ordered', 'balanced', 'fastest'] as const).flatMap((strategy) =>
    [true, false].map((stream) => [strategy, stream] as const),
  );

  it.each(rows)(
    'loses its traffic within 5 s and has it back within 30 s of its recovery (%s, streamed: %s)',
    async (strategy, stream) => {
      const { shares, lostAfterMs, backAfterMs } = await play(strategy, kind, stream);
      expect(shares.filter(({ fromMs }) => fromMs >= 5_000 && fromMs < 10_000).every(({ share }) => share > 0.9)).toBe(
        true,
      );
      expect(lostAfterMs).toBeLessThanOrEqual(5_000);
      expect(backAfterMs).toBeLessThanOrEqual(30_000);
    },
  );

  it('gets it back bit by bit', async () => {
    const { sent } = await play('ordered', kind, true);
    const back = sent.filter(({ atMs, deployment }) => atMs >= trouble.untilMs && deployment === 'first');
    const [probe] = back;
    const within = (ms: number) => back.filter(({ atMs }) => atMs < (probe?.atMs ?? 0) + ms).length;
    // Of 20 requests a second: the probe, a tenth of the first second, about a half of the sixth.
    expect(within(1_000)).toBeLessThanOrEqual(4);
    expect(within(6_000) - within(5_000)).toBeGreaterThanOrEqual(8);
    expect(within(6_000) - within(5_000)).toBeLessThanOrEqual(13);
  });
});
