import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../scripts/bootstrap/command.mjs';
import { cacheDir } from '../../scripts/bootstrap/paths.mjs';

/**
 * A peer's folder in the cache, filled once. The name must change with everything that decides the content (version,
 * patch); a half-filled folder, from a run that was stopped, is thrown away.
 */
export async function peerFolder(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheDir(), 'bench', name);
  const marker = join(folder, '.complete');
  if (existsSync(marker)) return folder;
  process.stderr.write(`installing ${name} into the cache (only the first time)\n`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await install(folder);
  await writeFile(marker, '');
  return folder;
}

/** Runs an installer in a folder. @throws Error with the end of what it printed. */
export async function runInstaller(command: readonly string[], folder: string): Promise<void> {
  const [program = '', ...args] = command;
  await run(program, args, { cwd: folder, timeoutMs: 600_000 });
}
