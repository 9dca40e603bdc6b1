import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identifyProcess } from '../../../../scripts/bootstrap/process-identity.mjs';
import { findLeftovers, recordChild, stopLeftovers } from '../../../../scripts/supervisor/child-records.mjs';

let runDir: string;
beforeEach(() => {
  runDir = path.join(mkdtempSync(path.join(tmpdir(), 'run-')), 'run');
});
afterEach(() => rmSync(path.dirname(runDir), { recursive: true, force: true }));

function writeRecord(name: string, pid: number, supervisorPid: number) {
  mkdirSync(runDir, { recursive: true });
  const record = {
    name,
    pid,
    startToken: `t${pid}`,
    supervisor: { pid: supervisorPid, startToken: `t${supervisorPid}` },
  };
  writeFileSync(path.join(runDir, `${name}-${pid}.json`), JSON.stringify(record));
}

/** A machine on which just these processes live. */
const living =
  (...pids: number[]) =>
  (pid: number) =>
    pids.includes(pid) ? { pid, startToken: `t${pid}` } : undefined;

describe('children on record', () => {
  it('are left over when they live and their supervisor does not', () => {
    writeRecord('temporal', 11, 100);
    writeRecord('gateway', 12, 100);
    writeRecord('gateway', 13, 200);
    const leftovers = findLeftovers(runDir, living(11, 12, 13, 200));
    expect(leftovers.map(({ name, pid }) => [name, pid])).toEqual([
      ['gateway', 12],
      ['temporal', 11],
    ]);
  });

  it('are forgotten when they are dead, or when their id belongs to another process now', () => {
    writeRecord('temporal', 11, 100);
    writeRecord('gateway', 12, 100);
    expect(findLeftovers(runDir, (pid: number) => (pid === 12 ? { pid, startToken: 'another' } : undefined))).toEqual(
      [],
    );
    expect(readdirSync(runDir)).toEqual([]);
  });

  it('are only those that this program has written', () => {
    mkdirSync(runDir, { recursive: true });
    writeFileSync(path.join(runDir, 'a.json'), '{"name":"temporal","pid":"11"}');
    writeFileSync(path.join(runDir, 'b.json'), 'not JSON');
    const self = identifyProcess(process.pid);
    writeFileSync(
      path.join(runDir, 'c.json'),
      JSON.stringify({ ...self, name: 'stranger', supervisor: { pid: 5, startToken: 'x' } }),
    );
    expect(findLeftovers(runDir, living(11))).toEqual([]);
  });
});

describe('a real leftover', () => {
  let child: ChildProcess;
  afterEach(() => child.kill('SIGKILL'));

  it('is stopped, and its record is gone', async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); process.send("up")'], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(child, 'message');
    if (child.pid === undefined) throw new Error('no child');
    mkdirSync(runDir, { recursive: true });
    const record = {
      name: 'temporal',
      ...identifyProcess(child.pid),
      supervisor: { pid: 4_194_304, startToken: 'gone' },
    };
    writeFileSync(path.join(runDir, 'temporal.json'), JSON.stringify(record));
    const exited = once(child, 'exit');
    const said: string[] = [];
    await stopLeftovers(runDir, (line: string) => said.push(line));
    expect(await exited).toEqual([null, 'SIGTERM']);
    expect(said).toEqual([expect.stringContaining(`process ${child.pid}`)]);
    expect(readdirSync(runDir)).toEqual([]);
  });

  it('is not what a living supervisor has recorded', async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const forget = recordChild(runDir, 'temporal', child.pid ?? 0);
    expect(readdirSync(runDir)).toEqual([`temporal-${child.pid}.json`]);
    expect(findLeftovers(runDir)).toEqual([]);
    forget();
    expect(readdirSync(runDir)).toEqual([]);
  });
});
