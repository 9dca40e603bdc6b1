import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, isAlive, isIdentity } from '../bootstrap/process-identity.mjs';

/** Children are stopped in this order: what needs the others first. */
const STOP_ORDER = ['gateway', 'light-model', 'temporal'];
const LEFTOVER_GRACE_MS = 20_000;

/**
 * Writes down a child that was started, so that the next start can find it when this process dies with no time to
 * stop it. Returns how to take the note back.
 * @param {string} runDir
 * @param {string} name one of STOP_ORDER
 * @param {number} pid
 */
export function recordChild(runDir, name, pid) {
  const identity = identifyProcess(pid);
  if (!identity) return () => {};
  mkdirSync(runDir, { recursive: true });
  const file = path.join(runDir, `${name}-${pid}.json`);
  writeFileSync(file, JSON.stringify({ name, ...identity, supervisor: identifyProcess(process.pid) }));
  return () => rmSync(file, { force: true });
}

/**
 * Children on record that still live although their supervisor does not; records of the dead are removed.
 * @returns {{name: string, pid: number, startToken: string}[]} in the order to stop them
 */
export function findLeftovers(runDir, identify = identifyProcess) {
  const leftovers = [];
  for (const [file, record] of readRecords(runDir)) {
    if (!isAlive(record, identify)) rmSync(file, { force: true });
    else if (!isAlive(record.supervisor, identify)) leftovers.push(record);
  }
  return STOP_ORDER.flatMap((name) => leftovers.filter((leftover) => leftover.name === name));
}

/** Stops leftovers one after the other, each with time to end by itself. */
export async function stopLeftovers(runDir, say) {
  for (const leftover of findLeftovers(runDir)) {
    say(`stopping the ${leftover.name} that an earlier start left behind (process ${leftover.pid})`);
    signalIfSame(leftover, 'SIGTERM');
    const deadlineMs = Date.now() + LEFTOVER_GRACE_MS;
    while (isAlive(leftover) && Date.now() < deadlineMs) await delay(50);
    signalIfSame(leftover, 'SIGKILL');
    while (isAlive(leftover)) await delay(50);
  }
  findLeftovers(runDir);
}

function readRecords(runDir) {
  let names = [];
  try {
    names = readdirSync(runDir).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return names.flatMap((name) => {
    const file = path.join(runDir, name);
    try {
      const record = JSON.parse(readFileSync(file, 'utf8'));
      return isIdentity(record) && isIdentity(record.supervisor) && STOP_ORDER.includes(record.name)
        ? [[file, record]]
        : [];
    } catch {
      return [];
    }
  });
}

function signalIfSame(identity, signal) {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
