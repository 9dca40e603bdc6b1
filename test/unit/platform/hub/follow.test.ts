import { GatewayError } from '../../../../domain/errors.ts';
import type { RequestRecord } from '../../../../domain/request-record.ts';
import type { StreamEvent } from '../../../../domain/stream-event.ts';
import type { HubMessage, StreamHub } from '../../../../platform/hub/contract.ts';
import { follow, type FollowedStore, type FollowOptions, type Followed } from '../../../../platform/hub/follow.ts';
import { createInProcessHub } from '../../../../platform/hub/in-process-hub.ts';
import { chunks, tenant } from '../../../support/store-fixtures.ts';

/** Long enough that a test which passes has not waited for it. */
const never = 60_000;

/** One running request: its log and record in memory, its hub real unless a test brings another. */
function running(hub: StreamHub = createInProcessHub()) {
  const log: StreamEvent[] = [];
  const record: RequestRecord = {
    id: 'r',
    tenant,
    modality: 'chat',
    alias: 'auto',
    stream: true,
    status: 'in_progress',
    createdAt: new Date(0),
    attempts: [],
    costMicroUsd: 0,
  };
  const reads = { log: 0, record: 0 };
  let down = false;
  const store: FollowedStore = {
    requests: {
      get: async (owner: string, id: string) => {
        reads.record++;
        if (down) throw new GatewayError({ type: 'not_ready', message: 'away' });
        return owner === tenant && id === 'r' ? { ...record } : undefined;
      },
    },
    events: {
      read: async (_id: string, afterSeq: number, limit: number) => {
        reads.log++;
        return log.filter(({ seq }) => seq > afterSeq).slice(0, limit);
      },
    },
  };
  return {
    hub,
    reads,
    write: (...events: StreamEvent[]) => void log.push(...events),
    publish: (...events: StreamEvent[]) => events.forEach((event) => hub.publish('r', { kind: 'event', event })),
    settle: (announce = true) => {
      record.status = 'completed';
      if (announce) hub.publish('r', { kind: 'settled' });
    },
    setDown: (value: boolean) => (down = value),
    follow: (options: Partial<FollowOptions> = {}) =>
      follow(
        { store, hub },
        { requestId: 'r', tenant, afterSeq: 0, signal: new AbortController().signal, pollMs: never, ...options },
      ),
  };
}

const deaf: StreamHub = {
  publish: () => undefined,
  subscribe: () => Promise.resolve(() => undefined),
  shared: true,
  claim: () => Promise.resolve(true),
  healthy: () => false,
  close: () => Promise.resolve(),
};

async function rest(following: AsyncGenerator<Followed>): Promise<(number | string)[]> {
  const seen: (number | string)[] = [];
  for await (const item of following) seen.push(item.kind === 'event' ? item.event.seq : item.record.status);
  return seen;
}

async function next(following: AsyncGenerator<Followed>, count: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.length < count) {
    const { value } = await following.next();
    if (value?.kind !== 'event') throw new Error('ended early');
    seqs.push(value.event.seq);
  }
  return seqs;
}

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe('following a request', () => {
  it('gives the whole log and the outcome of one that has ended', async () => {
    const request = running();
    request.write(...chunks(1, 600));
    request.settle();
    expect(await rest(request.follow())).toEqual([...upTo(600), 'completed']);
  });

  it('resumes after the last event that the reader has', async () => {
    const request = running();
    request.write(...chunks(1, 9));
    request.settle();
    expect(await rest(request.follow({ afterSeq: 7 }))).toEqual([8, 9, 'completed']);
  });

  it('goes from the log to live events without reading the log again', async () => {
    const request = running();
    request.write(...chunks(1, 2));
    const following = request.follow();
    await next(following, 2);
    for (const event of chunks(3, 6)) {
      const coming = next(following, 1);
      request.write(event);
      request.publish(event);
      expect(await coming).toEqual([event.seq]);
    }
    expect(request.reads.log).toBe(1);
    const end = rest(following);
    request.settle();
    expect(await end).toEqual(['completed']);
  });

  it.each<[string, (events: StreamEvent[]) => StreamEvent[]]>([
    ['lost', (events) => events.filter(({ seq }) => seq % 3 !== 0)],
    ['all lost but the last', (events) => events.slice(-1)],
    ['doubled', (events) => events.flatMap((event) => [event, event])],
    ['reversed', (events) => events.toReversed()],
    ['swapped in pairs', (events) => events.map((_, index) => events[index ^ 1] ?? events[index]!)],
  ])('gives each event once and in order when messages are %s', async (_, mangle) => {
    const request = running();
    request.write(...chunks(1, 1));
    const following = request.follow();
    await next(following, 1);
    const events = chunks(2, 31);
    const coming = next(following, 30);
    request.write(...events);
    request.publish(...mangle(events));
    expect(await coming).toEqual(upTo(31, 2));
    const end = rest(following);
    request.settle();
    expect(await end).toEqual(['completed']);
  });

  it('gives what was written before the outcome, though no message of it came', async () => {
    const request = running();
    request.write(...chunks(1, 1));
    const following = request.follow();
    await next(following, 1);
    const end = rest(following);
    request.write(...chunks(2, 4));
    request.settle();
    expect(await end).toEqual([2, 3, 4, 'completed']);
  });

  it('does not hold more than its bound for a slow reader, who still gets all', async () => {
    const request = running();
    request.write(...chunks(1, 1));
    const following = request.follow();
    await next(following, 1);
    const all = chunks(2, 2_001);
    request.write(...all);
    request.publish(...all);
    request.settle();
    expect(await rest(following)).toEqual([...upTo(2_001, 2), 'completed']);
    expect(request.reads.log).toBeGreaterThan(1);
  });

  it('is not misled by a message about an event that the log does not have', async () => {
    const request = running();
    request.write(...chunks(1, 1));
    const following = request.follow();
    await next(following, 1);
    const coming = next(following, 1);
    request.publish(...chunks(7, 7));
    await new Promise(setImmediate);
    const readsAfterGap = request.reads.log;
    request.write(...chunks(2, 2));
    request.publish(...chunks(2, 2));
    expect(await coming).toEqual([2]);
    expect(readsAfterGap).toBeLessThanOrEqual(2);
    await following.return();
  });

  it('ends by polling where the hub is down', async () => {
    const request = running(deaf);
    const following = request.follow({ pollMs: 5 });
    const coming = next(following, 3);
    request.write(...chunks(1, 3));
    expect(await coming).toEqual([1, 2, 3]);
    const end = rest(following);
    request.write(...chunks(4, 4));
    request.settle();
    expect(await end).toEqual([4, 'completed']);
  });

  it('reads no events for a reader that only wants the outcome', async () => {
    const request = running();
    request.write(...chunks(1, 500));
    const end = rest(request.follow({ events: false }));
    request.publish(...chunks(1, 500));
    request.settle();
    expect(await end).toEqual(['completed']);
    expect(request.reads).toEqual({ log: 0, record: 1 });
  });

  it('waits for a database that is away for a moment, but not at the start', async () => {
    const request = running();
    request.write(...chunks(1, 1));
    const following = request.follow({ pollMs: 5 });
    await next(following, 1);
    const end = rest(following);
    request.setDown(true);
    const readsBefore = request.reads.record;
    while (request.reads.record < readsBefore + 2) await new Promise(setImmediate);
    await expect(request.follow().next()).rejects.toMatchObject({ type: 'not_ready' });
    request.setDown(false);
    request.settle();
    expect(await end).toEqual(['completed']);
  });

  it('is refused for an unknown request and for another tenant', async () => {
    const request = running();
    await expect(request.follow({ tenant: 'other' }).next()).rejects.toMatchObject({ type: 'not_found' });
    await expect(request.follow({ requestId: 'x' }).next()).rejects.toMatchObject({ type: 'not_found' });
  });

  it('stops at once and leaves the hub when the reader goes away', async () => {
    const listening = new Set<(message: HubMessage) => void>();
    const counting: StreamHub = {
      ...deaf,
      subscribe: (_id, listener) => {
        listening.add(listener);
        return Promise.resolve(() => void listening.delete(listener));
      },
    };
    const reader = new AbortController();
    const end = rest(running(counting).follow({ signal: reader.signal }));
    while (listening.size === 0) await new Promise(setImmediate);
    reader.abort();
    expect(await end).toEqual([]);
    expect(listening.size).toBe(0);
  });
});
