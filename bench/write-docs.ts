import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { renderReport } from './report.ts';
import type { BenchResult } from './result.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const begin = '<!-- gateway benchmark: begin; written by `npm run bench -- --write-docs`, do not edit -->';
const end = '<!-- gateway benchmark: end -->';

/** Writes `bench/results/latest.json` and the benchmark's section of `docs/BENCHMARKS.md`. */
export async function writeDocs(result: BenchResult): Promise<void> {
  const latest = join(root, 'bench', 'results', 'latest.json');
  await mkdir(dirname(latest), { recursive: true });
  await writeFormatted(latest, JSON.stringify(result));
  const page = join(root, 'docs', 'BENCHMARKS.md');
  const current = await readFile(page, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '# Benchmarks\n';
    throw error;
  });
  await writeFormatted(page, withSection(current, renderReport(result)));
}

/** As the format check of this repository wants it. */
async function writeFormatted(path: string, text: string): Promise<void> {
  await writeFile(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

export async function writeJson(path: string, result: BenchResult): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(result, undefined, 2)}\n`);
}

/** The page with this benchmark's section replaced, or added at its end; everything else stays. */
export function withSection(page: string, report: string): string {
  const section = [
    begin,
    '',
    '## Against other gateways',
    '',
    'Printed by `npm run bench` (`bench/gateway.ts`).',
    '',
    report,
    '',
    end,
  ].join('\n');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, from) + section + page.slice(to + end.length);
}
