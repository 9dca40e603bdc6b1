import { FairQueue, type TenantShare } from '../../../domain/fair-queue.ts';

const share = (tenant: string, more: Partial<TenantShare> = {}): TenantShare => ({
  tenant,
  priority: 3,
  weight: 1,
  ...more,
});

/** Everything that waits, in its order. */
function drained(queue: FairQueue<string>): string[] {
  const order: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) order.push(item);
  return order;
}

function flood(queue: FairQueue<string>, of: TenantShare, count: number): void {
  for (let each = 1; each <= count; each++) queue.push(of, `${of.tenant}${each}`);
}

describe('a fair queue', () => {
  it('lets tenants take turns, each first come first served', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('a'), 3);
    flood(queue, share('b'), 2);
    expect(drained(queue)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    expect(queue.size).toBe(0);
  });

  it('does not let 200 of one tenant delay one of another behind them', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('flood'), 200);
    for (let taken = 0; taken < 50; taken++) queue.shift();
    queue.push(share('single'), 'single');
    expect(drained(queue).indexOf('single')).toBeLessThanOrEqual(1);
  });

  it('gives turns by weight', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('a'), 40);
    flood(queue, share('b', { weight: 3 }), 40);
    const first = drained(queue).slice(0, 20);
    expect(first.filter((item) => item.startsWith('b'))).toHaveLength(15);
  });

  it('lets a higher priority go first', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('a'), 2);
    flood(queue, share('urgent', { priority: 1 }), 2);
    expect(drained(queue)).toEqual(['urgent1', 'urgent2', 'a1', 'a2']);
  });

  it('gives nobody credit for turns in which it had nothing to do', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('a'), 100);
    for (let taken = 0; taken < 90; taken++) queue.shift();
    flood(queue, share('b'), 10);
    expect(
      drained(queue)
        .slice(0, 6)
        .filter((item) => item.startsWith('a')),
    ).toHaveLength(3);
  });

  it('forgets who leaves', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('a'), 3);
    expect(queue.remove(share('a'), 'a2')).toBe(true);
    expect(queue.remove(share('a'), 'a2')).toBe(false);
    expect(drained(queue)).toEqual(['a1', 'a3']);
  });

  it('makes room at the cost of the longest line, never of a shorter or more urgent one', () => {
    const queue = new FairQueue<string>();
    flood(queue, share('a'), 5);
    flood(queue, share('b'), 1);
    expect(queue.makeRoomFor(share('a'))).toBeUndefined();
    expect(queue.makeRoomFor(share('c'))).toBe('a5');
    expect(queue.makeRoomFor(share('late', { priority: 5 }))).toBeUndefined();
    expect(queue.makeRoomFor(share('urgent', { priority: 1 }))).toBe('a4');
    expect(queue.size).toBe(4);
  });
});
