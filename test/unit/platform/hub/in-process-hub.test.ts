import type { HubMessage } from '../../../../platform/hub/contract.ts';
import { createInProcessHub } from '../../../../platform/hub/in-process-hub.ts';

describe('the in-process hub', () => {
  it('tells each listener of a request, in order, and nobody else', async () => {
    const hub = createInProcessHub();
    const [first, second, other]: HubMessage[][] = [[], [], []];
    await hub.subscribe('a', (message) => first?.push(message));
    await hub.subscribe('a', (message) => second?.push(message));
    await hub.subscribe('b', (message) => other?.push(message));
    hub.publish('a', { kind: 'abort' });
    hub.publish('a', { kind: 'settled' });
    expect(first).toEqual([{ kind: 'abort' }, { kind: 'settled' }]);
    expect(second).toEqual(first);
    expect(other).toEqual([]);
  });

  it('forgets a listener that left, also one of two that are the same function', async () => {
    const hub = createInProcessHub();
    const seen: HubMessage[] = [];
    const listener = (message: HubMessage): void => void seen.push(message);
    const leave = await hub.subscribe('a', listener);
    await hub.subscribe('a', listener);
    leave();
    leave();
    hub.publish('a', { kind: 'settled' });
    expect(seen).toHaveLength(1);
  });

  it('does not let one listener break the publisher or the others', async () => {
    const hub = createInProcessHub();
    const seen: HubMessage[] = [];
    await hub.subscribe('a', () => {
      throw new Error('broken listener');
    });
    await hub.subscribe('a', (message) => seen.push(message));
    hub.publish('a', { kind: 'settled' });
    expect(seen).toEqual([{ kind: 'settled' }]);
  });
});
