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

  it('keeps exactly the asked number of requests under way and counts the right answers', async () => {
    upstream.script([{ kind: 'answer', parts: ['yes'], delayMs: 5 }]);
    const target = await startDirect({ answering: upstream.url, metronome: upstream.url });
    const [found] = await measureThroughput([target], 4, plan, 'yes');
    expect(upstream.load().highest).toBe(4);
    expect(found).toMatchObject({ target: 'direct', connections: 4, problems: {} });
    expect(found?.latency?.count).toBe(upstream.calls.length);
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
