import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listeningPort } from '../listening-port.ts';

export interface ServerCommand {
  command: string;
  args: readonly string[];
  /** Added to the bench's own environment; `undefined` takes a variable out. */
  env?: Record<string, string | undefined>;
  folder?: string;
}

export interface ServerProcess {
  /** First line of its standard output. */
  firstLine: Promise<string>;
  /** Resolves when the URL answers 200. @throws Error with the end of its output when it ends or takes too long. */
  ready(url: string, timeoutMs: number): Promise<void>;
  /** SIGTERM, and SIGKILL after `graceMs`. Resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

const keptOutputChars = 4_000;

/** Starts a server as a child process, without a shell. Its output is kept for error messages only. */
export function startServer({ command, args, env = {}, folder }: ServerCommand): ServerProcess {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(folder !== undefined && { cwd: folder }),
  });
  let output = '';
  let gone = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output = (output + piece).slice(-keptOutputChars);
    });
  }
  const closed = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      gone = true;
      resolve();
    });
    child.once('close', () => {
      gone = true;
      resolve();
    });
  });
  const fault = (what: string) => new Error(`${command}: ${what}: ${output.trim().slice(-400)}`);
  const firstLine = readFirstLine(child, () => fault('ended before its first line'));
  // Only the doubles print a line that somebody waits for.
  firstLine.catch(() => {});

  return {
    firstLine,
    async ready(url, timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      while (!(await answersOk(url))) {
        if (gone) throw fault('ended before it was ready');
        if (performance.now() > deadline) throw fault(`not ready after ${timeoutMs} ms`);
        await sleep(200);
      }
    },
    async stop(graceMs = 10_000) {
      if (gone) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await closed;
      clearTimeout(killer);
    },
  };
}

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = listeningPort(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function readFirstLine(child: ChildProcess, fault: () => Error): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (piece: string) => {
      seen += piece;
      const end = seen.indexOf('\n');
      if (end >= 0) resolve(seen.slice(0, end));
    });
    child.once('close', () => reject(fault()));
    child.once('error', reject);
  });
}
