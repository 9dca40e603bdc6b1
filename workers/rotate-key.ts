import { rotateKey } from '../platform/encryption/key-file.ts';

/** `DATA_DIR=… node workers/rotate-key.ts`: adds a payload key, which seals from the next start of each process on. */
try {
  const id = await rotateKey(process.env.DATA_DIR || './data');
  process.stdout.write(`The new payload key is ${id}. Restart the gateway to seal with it; the older keys stay.\n`);
} catch (error) {
  process.stderr.write(`No key was added: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
