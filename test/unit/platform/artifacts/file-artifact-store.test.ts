import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactStore } from '../../../../platform/artifacts/contract.ts';
import { createFileArtifactStore } from '../../../../platform/artifacts/file-artifact-store.ts';
import { openArtifactStore } from '../../../../platform/artifacts/open-artifact-store.ts';
import { aCipher, rejectionOf } from '../../../support/store-fixtures.ts';

describe('the file artifact store', () => {
  const cipher = aCipher();
  const picture = Buffer.concat([Buffer.from('PLANTED'), randomBytes(300_000)]);
  const hash = createHash('sha256').update(picture).digest('hex');
  let dir: string;
  let store: ArtifactStore;

  const files = async (): Promise<string[]> =>
    (await readdir(dir, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== 'name-key')
      .map((entry) => join(entry.parentPath, entry.name));

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'holdfast-artifacts-'));
    store = await createFileArtifactStore({ dir, cipher });
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('gives bytes back by their hash, also after a restart', async () => {
    expect(await store.put(picture)).toEqual({ sha256: hash, sizeBytes: picture.length });
    const restarted = await createFileArtifactStore({ dir, cipher });
    expect(Buffer.from(await restarted.get(hash)).equals(picture)).toBe(true);
  });

  it('keeps equal bytes once, also when they come at the same moment', async () => {
    await Promise.all(Array.from({ length: 8 }, () => store.put(picture)));
    expect(await files()).toHaveLength(1);
  });

  it('shows neither the content nor its hash on the disk', async () => {
    await store.put(picture);
    const [file = ''] = await files();
    expect(file).not.toContain(hash);
    expect((await readFile(file)).includes('PLANTED')).toBe(false);
  });

  it('does not know what was never put or was deleted', async () => {
    await store.put(picture);
    await store.delete(hash);
    await store.delete(hash);
    expect(await rejectionOf(store.get(hash))).toBe('not_found');
    expect(await rejectionOf(store.get('../../etc/passwd'))).toBe('not_found');
  });

  it('refuses bytes that were changed', async () => {
    await store.put(picture);
    const [file = ''] = await files();
    const sealed = await readFile(file);
    sealed.writeUInt8((sealed.readUInt8(1_000) ^ 1) & 0xff, 1_000);
    await writeFile(file, sealed);
    expect(await rejectionOf(store.get(hash))).toBe('encryption_failed');
  });

  it('is not ready while its volume is away, and heals when it is back', async () => {
    await rename(dir, `${dir}-away`);
    expect(await rejectionOf(store.ping())).toBe('not_ready');
    expect(await rejectionOf(store.put(picture))).toBe('not_ready');
    await rename(`${dir}-away`, dir);
    await store.ping();
    await store.put(picture);
    expect(await files()).toHaveLength(1);
  });

  it('stops at the start where the keys are not its own', async () => {
    expect(await rejectionOf(createFileArtifactStore({ dir, cipher: aCipher() }))).toBe('encryption_failed');
  });

  it('is found by ARTIFACTS_URL, which so far names a folder', async () => {
    await openArtifactStore({ artifactsUrl: pathToFileURL(join(dir, 'here')).href, dataDir: dir, cipher });
    await openArtifactStore({ dataDir: dir, cipher });
    expect(await readdir(dir)).toEqual(expect.arrayContaining(['here', 'artifacts']));
    const refused = openArtifactStore({ artifactsUrl: 's3://bucket/prefix', dataDir: dir, cipher });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('not supported yet') });
  });
});
