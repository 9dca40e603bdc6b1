import { measureThroughput } from '../../../../bench/measures/throughput.ts';
import { startDirect } from '../../../../bench/targets/direct.ts';
import { startUpstream, type Upstream } from '../../../doubles/upstream.ts';

describe('measureThroughput', () => {
  let upstream: Upstream;
  const plan = { connections: [4], rounds: 2, roundMs: 60 };

  beforeEach(async () => {
    upstream = await startUpstream();
  });
  afterEach(() => upstream.close());

  it('sends one request at a time on each connection, round after round, and counts the right answers', async () => {
    upstream.script([{ kind: 'answer', parts: ['yes'], delayMs: 2 * plan.roundMs }]);
    const target = await startDirect({ answering: upstream.url, metronome: upstream.url });
    const [found] = await measureThroughput([target], 4, plan, 'yes');
    // An answer takes longer than a round: four connections send one request each, twice.
    expect(upstream.calls).toHaveLength(8);
    expect(found).toMatchObject({ target: 'direct', connections: 4, problems: {} });
    expect(found?.latency?.count).toBe(8);
    expect(found?.perSecond).toBeGreaterThan(0);
  });

  it('counts refusals as failures and not as throughput', async () => {
    upstream.script([{ kind: 'raw', status: 429, headers: {}, body: '{}' }]);
    const target = await startDirect({ answering: upstream.url, metronome: upstream.url });
    const [found] = await measureThroughput([target], 4, plan, 'yes');
    expect(found).toEqual({
      target: 'direct',
      connections: 4,
      perSecond: 0,
      problems: { 'status 429': upstream.calls.length },
    });
  });
});
