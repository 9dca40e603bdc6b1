import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tryLock, withLock } from '../../../../scripts/bootstrap/lock.mjs';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
  file = path.join(folder, 'deep', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock file', () => {
  it('is refused while its owner lives, and says who that is', () => {
    const first = tryLock(file);
    expect(first.acquired).toBe(true);
    expect(tryLock(file)).toMatchObject({ acquired: false, owner: { pid: process.pid } });
  });

  it('is free again after its release, with nothing left behind', () => {
    const first = tryLock(file);
    if (!first.acquired) throw new Error('not acquired');
    first.release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
    expect(tryLock(file).acquired).toBe(true);
  });

  it.each([
    ['whose owner has died', JSON.stringify({ pid: process.pid, startToken: 'of an earlier process' })],
    ['that holds no owner', '{'],
  ])('%s is taken over', (_case, content) => {
    tryLock(file);
    writeFileSync(file, content);
    expect(tryLock(file).acquired).toBe(true);
    expect(tryLock(file).acquired).toBe(false);
  });

  it('lets the second work begin only when the first has ended', async () => {
    const order: string[] = [];
    const secondWaits = Promise.withResolvers<void>();
    const first = withLock(file, { onWait: () => order.push('first waited') }, async () => {
      await secondWaits.promise;
      order.push('first');
    });
    const second = withLock(file, { onWait: () => secondWaits.resolve() }, async () => order.push('second'));
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(existsSync(file)).toBe(false);
  });
});
