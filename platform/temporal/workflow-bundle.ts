import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const runNode = promisify(execFile);
/** A process of its own: the bundler would leave some 300 MB behind in this one. */
const builder = fileURLToPath(new URL('build-workflow-bundle.ts', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
/** What the bundle is made of: a change in one of these makes a new one. */
const sources = ['workflows', 'domain', 'activities', 'package-lock.json'];

/**
 * The workflow code as one script, built once per state of the sources and kept in `cacheDir`.
 * @returns its path.
 */
export async function workflowBundle(cacheDir: string): Promise<{ codePath: string }> {
  const codePath = join(cacheDir, `workflows-${await sourceHash()}.js`);
  const known = await readdir(cacheDir).catch(() => []);
  if (known.some((name) => codePath.endsWith(name))) return { codePath };
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${codePath}.${process.pid}`;
  await runNode(process.execPath, ['--disable-warning=ExperimentalWarning', builder, unfinished]);
  await rename(unfinished, codePath);
  for (const stale of known.filter((name) => name.startsWith('workflows-'))) {
    await rm(join(cacheDir, stale), { force: true });
  }
  return { codePath };
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = source.includes('.') ? [path] : await typescriptFiles(path);
    for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function typescriptFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
