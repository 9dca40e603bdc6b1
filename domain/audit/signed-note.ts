import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Signed notes of C2SP, https://c2sp.org/signed-note: a text and signatures that say who vouches for it. */

const ed25519Algorithm = 1;
const seedSizeBytes = 32;
const keyIdSizeBytes = 4;
const signatureSizeBytes = 64;
/** DER in front of a seed (RFC 8410, PKCS #8) and of a public key (SubjectPublicKeyInfo). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Who vouches: a name, and the public key behind it. */
export interface NoteVerifier {
  name: string;
  /** First four bytes of a hash of name and key, as they stand in each signature. */
  keyId: Buffer;
  publicKey: KeyObject;
}

export interface NoteSigner extends NoteVerifier {
  privateKey: KeyObject;
}

/** @param seed 32 random bytes, kept secret. */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  if (seed.length !== seedSizeBytes) throw new Error(`an Ed25519 seed has ${seedSizeBytes} bytes`);
  const privateKey = createPrivateKey({ key: Buffer.concat([privateKeyPrefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return { name, privateKey, publicKey, keyId: keyIdOf(name, publicKey) };
}

/** The public key as one word to be passed on: `name+keyId+key`. */
export function formatVerifierKey({ name, keyId, publicKey }: NoteVerifier): string {
  return `${name}+${keyId.toString('hex')}+${typedKey(publicKey).toString('base64')}`;
}

/** Undefined where the text is no such word, or its key id is not that of its key. */
export function parseVerifierKey(text: string): NoteVerifier | undefined {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  if (typed.length !== 1 + 32 || typed[0] !== ed25519Algorithm) return undefined;
  const key = Buffer.concat([publicKeyPrefix, typed.subarray(1)]);
  const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
  const keyId = keyIdOf(name, publicKey);
  return keyId.toString('hex') === id ? { name, keyId, publicKey } : undefined;
}

/** @param text ends with a line break. */
export function signNote(text: string, { name, keyId, privateKey }: NoteSigner): string {
  const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/** The text of a note that `verifier` signed; undefined where it did not. Other signatures are passed over. */
export function openNote(note: string, verifier: NoteVerifier): string | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2, -1).split('\n');
  return signatures.some((line) => isSignature(line, text, verifier)) ? text : undefined;
}

function isSignature(line: string, text: string, { name, keyId, publicKey }: NoteVerifier): boolean {
  const [, signer, encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
  const signature = Buffer.from(encoded, 'base64');
  return (
    signer === name &&
    signature.length === keyIdSizeBytes + signatureSizeBytes &&
    signature.subarray(0, keyIdSizeBytes).equals(keyId) &&
    verify(null, Buffer.from(text), publicKey, signature.subarray(keyIdSizeBytes))
  );
}

function keyIdOf(name: string, publicKey: KeyObject): Buffer {
  const hash = createHash('sha256').update(`${name}\n`).update(typedKey(publicKey)).digest();
  return hash.subarray(0, keyIdSizeBytes);
}

function typedKey(publicKey: KeyObject): Buffer {
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return Buffer.concat([Buffer.from([ed25519Algorithm]), der.subarray(publicKeyPrefix.length)]);
}
