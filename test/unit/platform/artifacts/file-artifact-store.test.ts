import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Artifacts, ArtifactStore } from '../../../../platform/artifacts/contract.ts';
import { createFileArtifactStore } from '../../../../platform/artifacts/file-artifact-store.ts';
import { openArtifactStore } from '../../../../platform/artifacts/open-artifact-store.ts';
import { createContentVault } from '../../../../platform/encryption/content-vault.ts';
import { InMemoryDataKeys } from '../../../doubles/data-key-store.ts';
import { aCipher, rejectionOf } from '../../../support/store-fixtures.ts';

const yearsAgo = (years: number): Date => new Date(Date.now() - years * 366 * 86_400_000);

describe('the file artifact store', () => {
  const cipher = aCipher();
  const picture = Buffer.concat([Buffer.from('PLANTED'), randomBytes(300_000)]);
  const hash = createHash('sha256').update(picture).digest('hex');
  let dir: string;
  let artifacts: Artifacts;
  let store: ArtifactStore;
  const vault = createContentVault(cipher, new InMemoryDataKeys());
  const owner = { tenant: 'clinic' };

  const files = async (): Promise<string[]> =>
    (await readdir(dir, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== 'name-key')
      .map((entry) => join(entry.parentPath, entry.name));

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'holdfast-artifacts-'));
    artifacts = await createFileArtifactStore({ dir, cipher, vault });
    store = artifacts.of(owner);
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('gives bytes back by their hash, also after a restart', async () => {
    expect(await store.put(picture)).toEqual({ sha256: hash, sizeBytes: picture.length });
    const restarted = await createFileArtifactStore({ dir, cipher, vault });
    expect(Buffer.from(await restarted.of(owner).get(hash)).equals(picture)).toBe(true);
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

  it('forgets what nobody has put or read for long, and nothing else', async () => {
    await store.put(picture);
    const [read = ''] = await files();
    await artifacts.of({ tenant: 'bank' }).put(picture);
    const [written = ''] = (await files()).filter((file) => file !== read);
    await store.put(Buffer.from('nobody asks for it'));
    const [unused = ''] = (await files()).filter((file) => file !== read && file !== written);
    const halfWritten = `${unused}.1234.tmp`;
    await writeFile(halfWritten, 'x');
    for (const path of [read, written, unused, halfWritten, join(dir, 'name-key')])
      await utimes(path, yearsAgo(2), yearsAgo(2));
    await store.get(hash);
    await artifacts.of({ tenant: 'bank' }).put(picture);

    expect(await artifacts.purge(yearsAgo(1))).toBe(2);
    expect((await files()).toSorted()).toEqual([read, written].toSorted());
    expect((await stat(join(dir, 'name-key'))).isFile()).toBe(true);
    expect(await artifacts.purge(yearsAgo(1))).toBe(0);
  });

  it("keeps each owner's apart: nobody finds another's by its hash, and erasing one leaves the others", async () => {
    await store.put(picture);
    const patient = { tenant: 'clinic', subject: 'p1' };
    expect(await rejectionOf(artifacts.of({ tenant: 'bank' }).get(hash))).toBe('not_found');
    expect(await rejectionOf(artifacts.of(patient).get(hash))).toBe('not_found');
    await artifacts.of(patient).put(picture);
    await artifacts.of({ tenant: 'bank' }).put(picture);
    await artifacts.erase(patient);
    expect(await files()).toHaveLength(2);
    await artifacts.erase(owner);
    await artifacts.erase(owner);
    expect(await rejectionOf(store.get(hash))).toBe('not_found');
    expect(Buffer.from(await artifacts.of({ tenant: 'bank' }).get(hash)).equals(picture)).toBe(true);
  });

  it('gives the artifacts of versions that had no keys of owners', async () => {
    await artifacts.of().put(picture);
    expect(Buffer.from(await artifacts.of().get(hash)).equals(picture)).toBe(true);
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
    expect(await rejectionOf(artifacts.ping())).toBe('not_ready');
    expect(await rejectionOf(store.put(picture))).toBe('not_ready');
    await rename(`${dir}-away`, dir);
    await artifacts.ping();
    await store.put(picture);
    expect(await files()).toHaveLength(1);
  });

  it('stops at the start where the keys are not its own', async () => {
    expect(await rejectionOf(createFileArtifactStore({ dir, cipher: aCipher(), vault }))).toBe('encryption_failed');
  });

  it('is found by ARTIFACTS_URL, which so far names a folder', async () => {
    await openArtifactStore({ artifactsUrl: pathToFileURL(join(dir, 'here')).href, dataDir: dir, cipher, vault });
    await openArtifactStore({ dataDir: dir, cipher, vault });
    expect(await readdir(dir)).toEqual(expect.arrayContaining(['here', 'artifacts']));
    const refused = openArtifactStore({ artifactsUrl: 's3://bucket/prefix', dataDir: dir, cipher, vault });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('not supported yet') });
  });
});
