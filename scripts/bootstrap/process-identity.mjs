import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Who a process is: its id and when it started. Process ids are reused, so an id alone may name a stranger.
 * @typedef {{pid: number, startToken: string}} ProcessIdentity
 */

/**
 * The identity of a live process, or undefined when there is none (a zombie counts as none).
 * @returns {ProcessIdentity | undefined}
 */
export function identifyProcess(pid) {
  const startToken = process.platform === 'linux' ? linuxStartToken(pid) : psStartToken(pid);
  return startToken === undefined ? undefined : { pid, startToken };
}

/** Whether exactly this process still lives. */
export function isAlive(identity, identify = identifyProcess) {
  return identify(identity.pid)?.startToken === identity.startToken;
}

/** Whether a value read from a file has the shape of an identity. */
export function isIdentity(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    Number.isInteger(value.pid) &&
    value.pid > 1 &&
    typeof value.startToken === 'string'
  );
}

/**
 * State and start time from the text of /proc/PID/stat (proc(5): fields 3 and 22). The command name in field 2 may hold
 * spaces and parentheses, so the fields are counted from its last parenthesis.
 */
export function parseProcStat(text) {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], startTicks: fields[19] };
}

function linuxStartToken(pid) {
  try {
    const { state, startTicks } = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (state === 'Z' || state === 'X') return undefined;
    // Ticks count from the boot, so the boot belongs to the token.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
  } catch {
    return undefined;
  }
}

function psStartToken(pid) {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const line = text.trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
