import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SupervisedChild } from '../../../../scripts/supervisor/supervised-child.mjs';

const stayAlive = 'console.log("up"); setInterval(() => {}, 1000)';
let child: SupervisedChild | undefined;
afterEach(() => child?.kill());

/** A child that runs a script and is ready with its first line of output. */
function supervise(script: string, reloads = false) {
  const pids: number[] = [];
  const said: string[] = [];
  let onSpawn: (() => void) | undefined;
  let isUp: Promise<unknown> = Promise.resolve();
  const plan = {
    name: 'sample',
    spawn() {
      const spawned = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
      const lines = createInterface({ input: spawned.stdout });
      isUp = Promise.race([once(lines, 'line').then(() => true), once(spawned, 'exit').then(() => false)]);
      return spawned;
    },
    ready: async () => Boolean(await isUp),
    record(pid: number) {
      pids.push(pid);
      onSpawn?.();
      return () => {};
    },
    reloads,
    graceMs: 200,
    finalExitCodes: [78],
    whereToLook: 'nowhere',
  };
  child = new SupervisedChild(plan, (line: string) => said.push(line));
  const spawnedAgain = () => new Promise<void>((resolve) => (onSpawn = resolve));
  return { child, pids, said, spawnedAgain, up: () => isUp };
}

describe('a supervised child', () => {
  it('is started again at once when it is killed', async () => {
    const { child: sample, pids, said, spawnedAgain } = supervise(stayAlive);
    const { isReady } = sample.start();
    await isReady;
    const again = spawnedAgain();
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await again;
    expect(pids).toHaveLength(2);
    expect(said).toEqual(['sample was ended by SIGKILL; starting it again']);
    await sample.stop();
  });

  it('ends on SIGTERM, and stays ended', async () => {
    const { child: sample, pids, said } = supervise(stayAlive);
    await sample.start().isReady;
    await sample.stop();
    expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH');
    expect(said).toEqual([]);
  });

  it('is killed when it does not heed SIGTERM in time', async () => {
    const { child: sample, pids, said } = supervise(`process.on("SIGTERM", () => {}); ${stayAlive}`);
    await sample.start().isReady;
    await sample.stop();
    expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH');
    expect(said).toEqual([expect.stringContaining('did not end within 0.2 s')]);
  });

  it('is not started again when it says that its settings are wrong', async () => {
    const { child: sample, pids } = supervise('process.exit(78)');
    expect(await sample.start().gaveUp).toBe(78);
    expect(pids).toHaveLength(1);
  });

  it('is given up when it keeps ending before it is ready', async () => {
    const { child: sample, pids, said } = supervise('process.exit(3)');
    expect(await sample.start().gaveUp).toBe(1);
    expect(pids).toHaveLength(5);
    expect(said.at(-1)).toContain('5 times in a row; giving up. See nowhere');
  });

  it('is told to read its configuration again where it takes that, and not before it is up', async () => {
    const script = 'process.on("SIGHUP", () => { console.log("reloaded"); process.exit(78); })';
    const { child: sample, pids } = supervise(`${script}; ${stayAlive}`, true);
    const { isReady, gaveUp } = sample.start();
    sample.reload();
    await isReady;
    sample.reload();
    expect(await gaveUp).toBe(78);
    expect(pids).toHaveLength(1);
  });
});
