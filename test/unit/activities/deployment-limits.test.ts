import { createDeploymentLimits } from '../../../activities/deployment-limits.ts';
import type { Deployment } from '../../../domain/deployment.ts';
import { eventually } from '../../support/poll.ts';

const deployment = (limits: Deployment['limits']): Deployment => ({
  name: 'light',
  provider: {
    name: 'near',
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:1/v1',
    headers: {},
    local: true,
    alwaysStream: false,
  },
  model: 'm',
  modalities: ['chat'],
  limits,
});

/** Calls that end when they are told to, and a count of them as all processes together have it. */
function harness() {
  const load = { inFlight: 0, callsLastMinute: 0 };
  const limits = createDeploymentLimits({ load: () => load });
  const begun: string[] = [];
  const call = (name: string, limit: Deployment['limits'], signal = new AbortController().signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = limits.within(deployment(limit), signal, async () => {
      begun.push(name);
      load.inFlight += 1;
      load.callsLastMinute += 1;
      await promise;
      load.inFlight -= 1;
      return name;
    });
    return { done, end: resolve };
  };
  return { load, begun, call };
}

describe("a deployment's limits", () => {
  it('let calls wait for a place instead of failing them, first come first served', async () => {
    const { begun, call } = harness();
    const first = call('first', { concurrency: 1 });
    const second = call('second', { concurrency: 1 });
    const third = call('third', { concurrency: 1 });
    expect(begun).toEqual(['first']);
    first.end();
    await first.done;
    await Promise.resolve();
    expect(begun).toEqual(['first', 'second']);
    second.end();
    third.end();
    expect(await third.done).toBe('third');
  });

  it('give a place that comes free in another process to whoever waits here', async () => {
    const { load, begun, call } = harness();
    load.inFlight = 2;
    const waiting = call('waiting', { concurrency: 2 });
    expect(begun).toEqual([]);
    load.inFlight = 1;
    await eventually('the waiting call to begin', () => begun.includes('waiting'));
    waiting.end();
  });

  it('hold calls back until the minute has room for them', async () => {
    const { load, begun, call } = harness();
    load.callsLastMinute = 60;
    const next = call('next', { rpm: 60 });
    expect(begun).toEqual([]);
    load.callsLastMinute = 59;
    await eventually('the next call to begin', () => begun.includes('next'));
    next.end();
  });

  it('let a call that waits leave with the reason of its deadline', async () => {
    const { load, begun, call } = harness();
    load.inFlight = 1;
    const deadline = new AbortController();
    const late = call('late', { concurrency: 1 }, deadline.signal);
    const patient = call('patient', { concurrency: 1 });
    const reason = new Error('too late');
    deadline.abort(reason);
    await expect(late.done).rejects.toBe(reason);
    load.inFlight = 0;
    await eventually('the patient one to begin', () => begun.includes('patient'));
    expect(begun).toEqual(['patient']);
    patient.end();
    await patient.done;
  });
});
