import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { temporalArgs } from '../../scripts/supervisor/temporal-args.mjs';
import { ended } from './child-process.ts';
import { freePort } from './free-port.ts';

/** The embedded Temporal server, as `npm start` runs it. */
export interface TemporalServer {
  address: string;
  uiUrl: string;
  pid: number;
  /** kill -9, then the same server again on the same ports and files. */
  crashAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTemporalServer(): Promise<TemporalServer> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-temporal-'));
  const [port, uiPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  let child = await run();

  async function run(): Promise<ChildProcess> {
    const args = temporalArgs({ port, uiPort, databaseFile: join(folder, 'temporal.db') });
    const started = spawn(process.env.TEMPORAL_CLI_PATH ?? 'temporal', args, { stdio: 'ignore' });
    await answering(address, started);
    return started;
  }

  return {
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    get pid() {
      return child.pid ?? 0;
    },
    async crashAndRestart() {
      await ended(child, 'SIGKILL');
      child = await run();
    },
    async stop() {
      await ended(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(address: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`temporal ended with code ${child.exitCode}; set TEMPORAL_CLI_PATH`);
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
