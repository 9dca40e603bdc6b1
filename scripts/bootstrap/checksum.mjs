import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Throws unless the file has this SHA-256 (hex). */
export async function verifySha256(file, expected) {
  const actual = await digest(file, 'sha256', 'hex');
  if (actual !== expected) throw new Error(`checksum of ${file} is sha256 ${actual}, expected ${expected}`);
}

/** Throws unless the file has this Subresource Integrity value (`sha512-…`), as package-lock.json writes it. */
export async function verifyIntegrity(file, expected) {
  const [algorithm] = expected.split('-', 1);
  const actual = `${algorithm}-${await digest(file, algorithm, 'base64')}`;
  if (actual !== expected) throw new Error(`integrity of ${file} is ${actual}, expected ${expected}`);
}

async function digest(file, algorithm, encoding) {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}
