import { createSecretKey, randomBytes } from 'node:crypto';
import { GatewayError } from '../../../../domain/errors.ts';
import { createCipher } from '../../../../platform/encryption/cipher.ts';
import { createContentVault, rewrapDataKeys } from '../../../../platform/encryption/content-vault.ts';
import { keyIdOf } from '../../../../platform/encryption/seal.ts';
import { InMemoryDataKeys } from '../../../doubles/data-key-store.ts';
import { aCipher, rejectionOf } from '../../../support/store-fixtures.ts';

const plain = Buffer.from('王小明 has a cough');
const place = 'events.payload:req_1:1';
const clinic = { tenant: 'clinic' };
const bank = { tenant: 'bank' };
const patient = { tenant: 'clinic', subject: 'p1' };

describe('the content vault', () => {
  const master = aCipher();
  let keys: InMemoryDataKeys;
  let nowMs = 0;
  const vaultOf = () => createContentVault(master, keys, () => nowMs);
  beforeEach(() => {
    keys = new InMemoryDataKeys();
  });

  it("seals each tenant's content under a key of its own, and opens it in every process", async () => {
    const vault = vaultOf();
    const ours = await vault.seal(clinic, plain, place);
    const theirs = await vault.seal(bank, plain, place);
    expect(keyIdOf(ours)).not.toBe(keyIdOf(theirs));
    expect(Buffer.from(await vaultOf().open(ours, place))).toEqual(plain);
    expect(await rejectionOf(vaultOf().open(ours, 'another place'))).toBe('encryption_failed');
  });

  it('makes one key, however many ask for the first time at once', async () => {
    const vault = vaultOf();
    const ids = await Promise.all(Array.from({ length: 20 }, () => vault.keyIdFor(clinic)));
    expect(new Set(ids).size).toBe(1);
    expect(keys.rows).toHaveLength(1);
  });

  it('agrees with other processes on what an end user is called, also when all begin at once', async () => {
    const vaults = Array.from({ length: 5 }, vaultOf);
    const names = await Promise.all(vaults.map((vault) => vault.subjectOf('clinic', 'alice@example.com')));
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(await vaults[0]?.subjectOf('bank', 'alice@example.com')).not.toBe(names[0]);
  });

  it('asks the database once for a tenant, not for each request', async () => {
    const vault = vaultOf();
    const id = await vault.keyIdFor(clinic);
    await vault.seal(clinic, plain, place);
    const reads = keys.reads;
    for (let request = 0; request < 100; request += 1) {
      vault.noteRequest(`req_${request}`, await vault.keyIdFor(clinic));
      expect(keyIdOf(await vault.seal({ requestId: `req_${request}` }, plain, place))).toBe(id);
    }
    expect(keys.reads).toBe(reads);
  });

  it('keeps a request to the key it was accepted with, also in another process', async () => {
    const first = await vaultOf().keyIdFor(clinic);
    keys.requests.set('req_1', first);
    const vault = vaultOf();
    expect(await vault.rotate('clinic')).not.toBe(first);
    expect(await vault.keyIdFor({ requestId: 'req_1' })).toBe(first);
  });

  it('seals with the new key after a rotation, and opens what older ones sealed', async () => {
    const vault = vaultOf();
    const old = await vault.seal(clinic, plain, place);
    const name = await vault.subjectOf('clinic', 'alice');
    const newest = await vault.rotate('clinic');
    expect(keyIdOf(await vault.seal(clinic, plain, place))).toBe(newest);
    expect(Buffer.from(await vault.open(old, place))).toEqual(plain);
    expect(await vault.subjectOf('clinic', 'alice')).toBe(name);
  });

  it('opens nothing of an erased tenant again, in no process, and leaves the others alone', async () => {
    const vault = vaultOf();
    keys.requests.set('req_1', await vault.keyIdFor(clinic));
    const sealed = await Promise.all([clinic, patient, bank].map((owner) => vault.seal(owner, plain, place)));
    const [ours, patients, theirs] = sealed as [Uint8Array, Uint8Array, Uint8Array];
    expect(await vault.destroy(clinic)).toBe(2);
    expect(await vault.destroy(clinic)).toBe(0);
    for (const process of [vault, vaultOf()]) {
      expect(await rejectionOf(process.open(ours, place))).toBe('content_erased');
      expect(await rejectionOf(process.open(patients, place))).toBe('content_erased');
      expect(await rejectionOf(process.seal({ requestId: 'req_1' }, plain, place))).toBe('content_erased');
      expect(Buffer.from(await process.open(theirs, place))).toEqual(plain);
    }
    const left = keys.rows
      .filter(({ destroyed }) => destroyed)
      .map(({ wrapped }) => Buffer.from(wrapped).toString('hex'));
    expect(left.join('')).toMatch(/^0+$/);
  });

  it("erases one end user without touching the tenant's own content", async () => {
    const vault = vaultOf();
    const [ours, patients] = [await vault.seal(clinic, plain, place), await vault.seal(patient, plain, place)];
    expect(await vault.destroy(patient)).toBe(1);
    expect(await rejectionOf(vault.open(patients, place))).toBe('content_erased');
    expect(Buffer.from(await vault.open(ours, place))).toEqual(plain);
  });

  it('begins anew with another key where an erased tenant goes on asking', async () => {
    const vault = vaultOf();
    const old = await vault.keyIdFor(clinic);
    await vault.destroy(clinic);
    expect(await vault.keyIdFor(clinic)).not.toBe(old);
  });

  it('hears of an erasure in another process when it is told, and in time when it is not', async () => {
    const [told, untold] = [vaultOf(), vaultOf()];
    const sealed = await told.seal(clinic, plain, place);
    await untold.open(sealed, place);
    await told.open(sealed, place);
    await vaultOf().destroy(clinic);
    told.forget('clinic');
    expect(await rejectionOf(told.open(sealed, place))).toBe('content_erased');
    nowMs += 61_000;
    expect(await rejectionOf(untold.open(sealed, place))).toBe('content_erased');
  });

  it('goes on with the keys it has while the database is away, and says so for those it has not', async () => {
    const vault = vaultOf();
    const sealed = await vault.seal(clinic, plain, place);
    keys.failure = new GatewayError({ type: 'not_ready', message: 'away' });
    nowMs += 3_600_000;
    expect(Buffer.from(await vault.open(sealed, place))).toEqual(plain);
    expect(await rejectionOf(vaultOf().open(sealed, place))).toBe('not_ready');
  });

  it('wraps every key anew after a rotation of the master key, so that the old one is not needed for them', async () => {
    const [old, newer] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
    const before = createCipher({ activeKeyId: 'k1', key: () => old });
    const during = createCipher({ activeKeyId: 'k2', key: (id) => (id === 'k1' ? old : newer) });
    const after = createCipher({ activeKeyId: 'k2', key: () => newer });
    const sealed = await createContentVault(before, keys).seal(clinic, plain, place);
    await rewrapDataKeys(during, keys);
    expect(keys.rows.map(({ masterKeyId }) => masterKeyId)).toEqual(['k2']);
    expect(Buffer.from(await createContentVault(after, keys).open(sealed, place))).toEqual(plain);
  });

  it('refuses a wrapped key that was put under another tenant', async () => {
    const sealed = await vaultOf().seal(clinic, plain, place);
    Object.assign(keys.rows[0] ?? {}, { owner: bank });
    expect(await rejectionOf(vaultOf().open(sealed, place))).toBe('encryption_failed');
  });

  it('opens what version 0.1 sealed with the master key', async () => {
    keys.requests.set('req_1', null);
    const sealed = await vaultOf().seal({ requestId: 'req_1' }, plain, place);
    expect(keyIdOf(sealed)).toBe('test');
    expect(Buffer.from(await vaultOf().open(master.seal(plain, place), place))).toEqual(plain);
  });
});
