import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../../scripts/bootstrap/command.mjs';
import { cacheDir } from '../../scripts/bootstrap/paths.mjs';

/** `server`: the Temporal server of a production cluster. `folder` holds it and `temporal-sql-tool`. */
export type TemporalPrograms = { kind: 'found'; server: string; folder: string } | { kind: 'none'; reason: string };

const version = '1.32.0';
/** As it is called in Temporal's own images. */
const schemaTool = 'temporal-sql-tool';
const go = findOnPath('go') ?? '/usr/local/go/bin/go';

/**
 * The programs of an earlier build, else built now from the server's Go module; its first build takes minutes.
 * @throws Error with the last lines of the build where Go is there and cannot build them.
 */
export async function findTemporalPrograms(): Promise<TemporalPrograms> {
  const folder = join(cacheDir(), `temporal-cluster-${version}`);
  const found = { kind: 'found', server: join(folder, 'server'), folder } as const;
  if (existsSync(found.server) && existsSync(join(folder, schemaTool))) return found;
  if (!existsSync(go)) return { kind: 'none', reason: `no Temporal server ${version}: install Go, which builds it` };
  process.stderr.write(`Building the Temporal server ${version} from its Go module; later runs have it.\n`);
  await mkdir(cacheDir(), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    await install(['cmd/server', 'cmd/tools/sql'], unfinished);
    await rename(join(unfinished, 'sql'), join(unfinished, schemaTool));
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return found;
}

async function install(programs: string[], folder: string): Promise<void> {
  const modules = programs.map((program) => `go.temporal.io/server/${program}@v${version}`);
  const options = { cwd: folder, env: { ...process.env, GOBIN: folder, GOFLAGS: '' }, maxBuffer: 2 ** 26 };
  await promisify(execFile)(go, ['install', '-ldflags=-s -w', ...modules], options);
}
