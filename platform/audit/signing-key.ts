import { randomBytes } from 'node:crypto';
import { formatVerifierKey, type NoteSigner, noteSigner, parseVerifierKey } from '../../domain/audit/signed-note.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Cipher } from '../store/contract.ts';
import type { AuditStore } from './contract.ts';

const seedSizeBytes = 32;
const seedPlace = 'audit_log.signing_seed:1';

/**
 * The key that signs the log of this database; made for a new log. Without AUDIT_SIGNING_KEY its seed lies in the
 * database, sealed with the payload keys, so that every process of a cluster signs with the same one. It is sealed anew
 * at each start, so that older payload keys may be dropped.
 * @param setting value of AUDIT_SIGNING_KEY: 32 bytes in base64.
 * @throws GatewayError `encryption_failed` where the key is malformed, or not the one that the log was begun with.
 */
export async function openAuditSigner(
  store: AuditStore,
  cipher: Cipher,
  setting: string | undefined,
): Promise<NoteSigner> {
  const given = setting === undefined ? undefined : parseSeed(setting);
  const identity = await store.identity(() => {
    const seed = given ?? randomBytes(seedSizeBytes);
    const publicKey = formatVerifierKey(noteSigner(newLogName(), seed));
    return { publicKey, ...(given ? {} : { signingSeed: cipher.seal(seed, seedPlace) }) };
  });
  const seed = given ?? openSeed(identity.signingSeed, cipher);
  const name = parseVerifierKey(identity.publicKey)?.name;
  const signer = name === undefined ? undefined : noteSigner(name, seed);
  if (!signer || formatVerifierKey(signer) !== identity.publicKey) {
    throw refused('The audit log of this database was begun with another key. Set AUDIT_SIGNING_KEY to that one.');
  }
  if (!given) await store.resealSeed(cipher.seal(seed, seedPlace));
  return signer;
}

function openSeed(sealed: Uint8Array | undefined, cipher: Cipher): Uint8Array {
  if (sealed) return cipher.open(sealed, seedPlace);
  throw refused(
    'The audit log of this database is signed with AUDIT_SIGNING_KEY. Set it to the key of its first start.',
  );
}

function parseSeed(setting: string): Uint8Array {
  const seed = Buffer.from(setting, 'base64');
  if (seed.length === seedSizeBytes && /^[A-Za-z0-9+/]{43}=$/.test(setting)) return seed;
  throw refused('AUDIT_SIGNING_KEY is not 32 bytes in base64. Make a key with: openssl rand -base64 32');
}

/** Of the form that C2SP asks for, an address without scheme; unguessable, so no two logs share one. */
function newLogName(): string {
  return `holdfast.local/audit/${randomBytes(8).toString('hex')}`;
}

function refused(message: string): GatewayError {
  return new GatewayError({ type: 'encryption_failed', message });
}
