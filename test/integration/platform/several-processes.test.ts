import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../support/accepting-process.ts', import.meta.url));

describe('several processes on one empty data folder', () => {
  it('share one key, one schema and one record of a request they accept at once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-processes-'));
    const started = await Promise.all(
      Array.from({ length: 5 }, () => promisify(execFile)(process.execPath, [script, dataDir, 'clinic:same'])),
    );
    expect(started.map(({ stdout }) => stdout).toSorted()).toEqual(['created', 'joined', 'joined', 'joined', 'joined']);
    await rm(dataDir, { recursive: true, force: true });
  });
});
