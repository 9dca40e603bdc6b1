/**
 * `npm run audit:match -- HASH FILE`: says whether a `request_hash` or `response_hash` of the audit log is that of this
 * content. Exits with 0 where it is, with 1 where it is not. Needs the database and its keys, as the gateway has them.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createCipher } from '../platform/encryption/cipher.ts';
import { loadKeyRing } from '../platform/encryption/key-ring.ts';
import { openStore } from '../platform/store/open-store.ts';

const usageExitCode = 64;

/** What the gateway may have hashed of a file: its text, or, for a body, what is kept of it as compact JSON. */
function readings(text: string): string[] {
  try {
    const { gateway: _gateway, ...body }: Record<string, unknown> = JSON.parse(text);
    return [text, text.trimEnd(), JSON.stringify(body)];
  } catch {
    return [text, text.trimEnd()];
  }
}

async function matches(hash: string, text: string): Promise<boolean> {
  const { DATA_DIR, DATABASE_URL: databaseUrl, PAYLOAD_KEYS: payloadKeys } = process.env;
  const dataDir = DATA_DIR || './data';
  const cipher = createCipher(await loadKeyRing({ dataDir, payloadKeys }));
  const store = await openStore({ dataDir, databaseUrl, cipher });
  try {
    const found = await Promise.all(readings(text).map((reading) => store.vault.hasFingerprint(hash, reading)));
    return found.includes(true);
  } finally {
    await store.close();
  }
}

const [hash, file, ...more] = process.argv.slice(2);
if (hash === undefined || file === undefined || more.length > 0) {
  process.stderr.write('Usage: npm run audit:match -- HASH FILE\n');
  process.exitCode = usageExitCode;
} else {
  try {
    const same = await matches(hash, await readFile(resolve(process.env.INIT_CWD ?? '.', file), 'utf8'));
    process.stdout.write(same ? 'This is what was hashed.\n' : 'This is NOT what was hashed.\n');
    process.exitCode = same ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
