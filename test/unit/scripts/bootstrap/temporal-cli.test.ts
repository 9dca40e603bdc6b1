import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listen } from '../listen.ts';
import { createProgress } from '../../../../scripts/bootstrap/progress.mjs';
import { findTemporalCli, installTemporalCli, versionAtLeast } from '../../../../scripts/bootstrap/temporal-cli.mjs';

const program = '#!/bin/sh\necho "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)"\n';
let folder: string;
let parts: { temporalCli: Record<string, unknown> };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temporal-cli-'));
  parts = { temporalCli: { version: '1.9.1', minimumVersion: '1.9.0', builds: {} } };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function placeProgram(...at: string[]): string {
  const file = path.join(folder, ...at);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, program);
  chmodSync(file, 0o755);
  return file;
}

describe('the version of a Temporal CLI', () => {
  it.each([
    ['temporal version 1.9.1 (Server 1.32.0)', true],
    ['temporal version 1.10.0 (Server 1.33.0)', true],
    ['temporal version 2.0.0', true],
    ['temporal version 1.8.9 (Server 1.31.0)', false],
    ['some other program', false],
  ])('%s is new enough: %s', (text, expected) => {
    expect(versionAtLeast(text, '1.9.0')).toBe(expected);
  });
});

describe('a Temporal CLI that is already here', () => {
  it('is the one that TEMPORAL_CLI_PATH names, before any other', async () => {
    const named = placeProgram('named', 'temporal');
    placeProgram('bin', 'temporal');
    const env = { TEMPORAL_CLI_PATH: named, PATH: path.join(folder, 'bin') };
    expect(await findTemporalCli({ cacheDir: folder, parts, env })).toBe(named);
  });

  it('is refused with a way out when TEMPORAL_CLI_PATH names nothing', async () => {
    const env = { TEMPORAL_CLI_PATH: path.join(folder, 'nothing'), PATH: '' };
    await expect(findTemporalCli({ cacheDir: folder, parts, env })).rejects.toMatchObject({
      message: expect.stringContaining('TEMPORAL_CLI_PATH'),
      byHand: [expect.stringContaining('unset')],
    });
  });

  it('is the one on PATH before the cached one, unless it is too old', async () => {
    const onPath = placeProgram('bin', 'temporal');
    const cached = placeProgram('temporal', '1.9.1', 'temporal');
    const env = { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin` };
    expect(await findTemporalCli({ cacheDir: folder, parts, env })).toBe(onPath);
    writeFileSync(onPath, program.replace('1.9.1', '1.3.0'));
    expect(await findTemporalCli({ cacheDir: folder, parts, env })).toBe(cached);
  });
});

describe("Temporal's release service", () => {
  let server: Server;
  let serviceUrl: string;
  const asked: string[] = [];

  beforeEach(async () => {
    placeProgram('temporal');
    execFileSync('tar', ['-czf', path.join(folder, 'archive.tar.gz'), '-C', folder, 'temporal']);
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/archive.tar.gz') return response.end(readFileSync(path.join(folder, 'archive.tar.gz')));
      return response.end(JSON.stringify({ archiveUrl: `${serviceUrl}/archive.tar.gz`, fileToExtract: 'temporal' }));
    });
    serviceUrl = `http://127.0.0.1:${await listen(server)}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('gives the archive, of which the checked program ends up in the cache', async () => {
    const binarySha256 = createHash('sha256').update(program).digest('hex');
    parts.temporalCli.builds = { here: { binarySha256 } };
    const progress = createProgress({ write: () => true });
    const cacheDir = path.join(folder, 'cache');
    const installed = await installTemporalCli({ cacheDir, parts, platform: 'here', progress, serviceUrl });
    expect(asked[0]).toMatch(/^\/cli\/v1\.9\.1\?arch=\w+&platform=\w+&format=tar\.gz$/);
    expect(installed).toBe(path.join(cacheDir, 'temporal', '1.9.1', 'temporal'));
    expect(execFileSync(installed, ['--version'], { encoding: 'utf8' })).toContain('1.9.1');
    expect(existsSync(path.join(cacheDir, 'staging', 'temporal'))).toBe(false);
  });
});
