import { EventWriter } from '../../../activities/event-writer.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { StreamEvent } from '../../../domain/stream-event.ts';
import type { StreamHub } from '../../../platform/hub/contract.ts';

function harness(append: (events: readonly StreamEvent[]) => Promise<void> = async () => undefined) {
  const order: string[] = [];
  const hub: StreamHub = {
    publish: (_id, message) => order.push(message.kind === 'event' ? `publish ${message.event.seq}` : message.kind),
    subscribe: async () => () => undefined,
    shared: false,
    claim: () => Promise.resolve(true),
    healthy: () => true,
    close: async () => undefined,
  };
  const log = {
    append: async (_id: string, events: readonly StreamEvent[]) => {
      await append(events);
      order.push(`log ${events.map(({ seq }) => seq).join()}`);
    },
    read: async () => [],
  };
  return { writer: new EventWriter({ requestId: 'r', log, hub, lastSeq: 4 }), order };
}

describe('the event writer', () => {
  it('publishes an event only after the log has it, numbered from where the log ends', async () => {
    const { writer, order } = harness();
    await writer.write({ kind: 'chunk', json: '{}' });
    await writer.drain();
    expect(order).toEqual(['log 5', 'publish 5']);
  });

  it('gathers what comes while the log is busy into one write', async () => {
    const { promise: busy, resolve: release } = Promise.withResolvers<void>();
    const { writer, order } = harness(() => busy);
    for (let i = 0; i < 4; i += 1) await writer.write({ kind: 'chunk', json: '{}' });
    release();
    await writer.drain();
    expect(order.filter((entry) => entry.startsWith('log'))).toEqual(['log 5', 'log 6,7,8']);
  });

  it('makes the reader of the provider wait when the log falls far behind', async () => {
    const { promise: busy, resolve: release } = Promise.withResolvers<void>();
    const { writer } = harness(() => busy);
    let written = 0;
    const flood = (async () => {
      for (let i = 0; i < 1_000; i += 1) {
        await writer.write({ kind: 'chunk', json: '{}' });
        written += 1;
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBeLessThan(300);
    release();
    await flood;
    expect(written).toBe(1_000);
  });

  it('delivers nothing that the log refused, and says so', async () => {
    const { writer, order } = harness(async () => {
      throw new GatewayError({ type: 'conflict', message: 'taken' });
    });
    await writer.write({ kind: 'chunk', json: '{}' });
    await expect(writer.drain()).rejects.toMatchObject({ type: 'conflict' });
    await expect(writer.write({ kind: 'chunk', json: '{}' })).rejects.toMatchObject({ type: 'conflict' });
    expect(order).toEqual([]);
  });
});
