import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCipher } from '../../../platform/encryption/cipher.ts';
import { loadKeyRing } from '../../../platform/encryption/key-ring.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { answerJson } from '../../support/store-fixtures.ts';

const program = fileURLToPath(new URL('../../../workers/audit-match.ts', import.meta.url));
const tenant = 'clinic';
const body = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };

let dataDir: string;
let requestHash: string;
let responseHash: string;
let erasedHash: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-match-'));
  const store = await openStore({ dataDir, cipher: createCipher(await loadKeyRing({ dataDir })) });
  requestHash = await store.vault.fingerprint({ tenant }, JSON.stringify(body));
  responseHash = await store.vault.fingerprint({ tenant }, answerJson);
  erasedHash = await store.vault.fingerprint({ tenant: 'gone' }, answerJson);
  await store.vault.destroy({ tenant: 'gone' });
  await store.close();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function match(hash: string, text: string) {
  await writeFile(join(dataDir, 'content.json'), text);
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, INIT_CWD: dataDir };
  const args = ['--disable-warning=ExperimentalWarning', program, hash, 'content.json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('npm run audit:match', () => {
  it('knows a body as its client sent it, and an answer as it was given', async () => {
    const sent = JSON.stringify({ ...body, gateway: { maxCostUsd: 1 } }, undefined, 2);
    expect(await match(requestHash, sent)).toEqual({ status: 0, said: 'This is what was hashed.\n' });
    expect(await match(responseHash, `${answerJson}\n`)).toMatchObject({ status: 0 });
  });

  it('says so where it is another one', async () => {
    const other = { ...body, model: 'large' };
    expect(await match(requestHash, JSON.stringify(other))).toEqual({
      status: 1,
      said: 'This is NOT what was hashed.\n',
    });
    expect(await match(responseHash, 'not JSON')).toMatchObject({ status: 1 });
    expect(await match('sha256:0', answerJson)).toMatchObject({ status: 1 });
  });

  it('cannot know it any more once the key was destroyed', async () => {
    expect(await match(erasedHash, answerJson)).toEqual({ status: 1, said: expect.stringContaining('was erased') });
  });
});
