import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShownEntry } from '../../../domain/audit/export-format.ts';
import { formatVerifierKey } from '../../../domain/audit/signed-note.ts';
import {
  anExport,
  aRequestAudit,
  checkpointOf,
  forger,
  logSigner,
  shownEntry,
  toText,
} from '../../support/audit-export.ts';

const program = fileURLToPath(new URL('../../../workers/audit-verify.ts', import.meta.url));
const whole = anExport(6, 3);
const entries = whole.filter((line): line is ShownEntry => 'index' in line);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function keep(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** Runs the command as npm does: in another folder than the person's. */
function run(...args: string[]): { status: number | null; said: string } {
  const env = { ...process.env, INIT_CWD: folder };
  const node = ['--disable-warning=ExperimentalWarning', program, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { env, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('npm run audit:verify', () => {
  it('says what it has verified, and whose word it took', () => {
    const file = keep('whole.jsonl', toText(whole));
    const publicKey = formatVerifierKey(logSigner);
    const note = keep('kept.txt', checkpointOf(entries.slice(0, 4)).note);
    const json = keep('kept.json', JSON.stringify({ note: checkpointOf(entries).note }));
    expect(run(file, '--public-key', publicKey, '--checkpoint', note, '--checkpoint', json)).toEqual({
      status: 0,
      said: expect.stringContaining(`6 entries as they were signed, 3 checkpoints`),
    });
    expect(run(file).said).toContain('The key was taken from the export itself.');
  });

  it('exits with 1 and names the first bad entry', () => {
    const edited = whole.map((line) => ('index' in line && line.index === 4 ? { ...line, outcome: 'failed' } : line));
    expect(run(keep('edited.jsonl', toText(edited as typeof whole)))).toEqual({
      status: 1,
      said: 'NOT as it was signed. Line 7 holds entry 4, which was changed: it does not fit its leaf hash.\n',
    });
  });

  it.each([
    [
      'a key that is another',
      ['whole.jsonl', '--public-key', formatVerifierKey(forger)],
      1,
      'which is not the given one',
    ],
    ['a file that is missing', ['missing.jsonl'], 1, 'ENOENT'],
    ['no file', [], 64, 'Usage'],
    ['two files', ['a', 'b'], 64, 'Usage'],
    ['an unknown option', ['whole.jsonl', '--force'], 64, 'Usage'],
    ['a key that is none', ['whole.jsonl', '--public-key', 'x'], 64, '--public-key'],
  ])('refuses %s', (_, args, status, said) => {
    expect(run(...args)).toEqual({ status, said: expect.stringContaining(said) });
  });

  it('takes a long export without keeping it', () => {
    const long = Array.from({ length: 3_000 }, (_, index) =>
      shownEntry(index, aRequestAudit({ request_id: `req_${index}` })),
    );
    const lines = [...whole.slice(0, 1), ...long, checkpointOf(long, logSigner, long.length)];
    expect(run(keep('long.jsonl', toText(lines)))).toMatchObject({ status: 0 });
  });
});
