import { GATEWAY_ARGS } from '../../../scripts/supervisor/gateway-args.mjs';
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { answersOk, pollUntil } from '../../../scripts/supervisor/ready.mjs';
import { SupervisedChild } from '../../../scripts/supervisor/supervised-child.mjs';
import { eventually } from '../../support/poll.ts';

/** A gateway process that is started again by the product's own supervisor whenever it dies. */
export interface SupervisedGateway {
  name: string;
  /** Times, since the epoch, at which it became ready. */
  readyAtMs: number[];
  /** kill -9 of the process that runs now; false where none does. */
  kill(): boolean;
  isReady(): boolean;
  untilReady(timeoutMs?: number): Promise<void>;
  /** True when the supervisor has given up starting it. */
  gaveUp(): boolean;
  stop(): Promise<void>;
}

export interface SupervisedGatewayOptions {
  name: string;
  env: Record<string, string>;
  /** Absent for a role without an API. */
  url?: string;
  /** Takes everything the process prints. */
  logFile: string;
  say: (line: string) => void;
}

export async function superviseGateway(options: SupervisedGatewayOptions): Promise<SupervisedGateway> {
  const { name, env, url, logFile, say } = options;
  const log = createWriteStream(logFile, { flags: 'a' });
  const readyAtMs: number[] = [];
  let current: ChildProcess | undefined;
  let started = false;
  let ready = false;
  let gaveUp = false;

  const child = new SupervisedChild(
    {
      name,
      spawn() {
        started = false;
        ready = false;
        const spawned = spawn(process.execPath, GATEWAY_ARGS, {
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
          env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
          detached: true,
        });
        for (const stream of [spawned.stdout, spawned.stderr]) {
          stream?.setEncoding('utf8').on('data', (text: string) => {
            log.write(text);
            if (text.includes('gateway started')) started = true;
          });
        }
        current = spawned;
        return spawned;
      },
      async ready(signal: AbortSignal) {
        const isUp = await pollUntil(() => (url ? answersOk(`${url}/readyz`) : Promise.resolve(started)), signal);
        if (isUp) {
          ready = true;
          readyAtMs.push(Date.now());
        }
        return isUp;
      },
      record: () => () => {
        ready = false;
      },
      graceMs: 10_000,
      finalExitCodes: [78],
      whereToLook: logFile,
    },
    (line: string) => {
      log.write(`--- ${line}\n`);
      if (/giving up|cannot run/.test(line)) say(line);
    },
  );
  void child.start().gaveUp.then(() => (gaveUp = true));

  const gateway: SupervisedGateway = {
    name,
    readyAtMs,
    kill() {
      if (current?.pid === undefined || current.exitCode !== null || current.signalCode !== null) return false;
      ready = false;
      return current.kill('SIGKILL');
    },
    isReady: () => ready,
    untilReady: async (timeoutMs = 60_000) => {
      await eventually(`${name} to be ready (${logFile})`, () => ready || gaveUp, timeoutMs);
      if (gaveUp) throw new Error(`the supervisor gave up ${name}, see ${logFile}`);
    },
    gaveUp: () => gaveUp,
    async stop() {
      child.kill();
      await child.stop();
      log.end();
    },
  };
  await gateway.untilReady().catch(async (error: unknown) => {
    await gateway.stop();
    throw error;
  });
  return gateway;
}
