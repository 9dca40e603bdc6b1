/**
 * `npm run audit:verify -- FILE [--public-key KEY] [--checkpoint FILE]...`: judges an export of the audit log without
 * the gateway. Exits with 0 where it is as the log signed it, with 1 where it is not, and then names the first bad entry.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type NoteVerifier, parseVerifierKey } from '../domain/audit/signed-note.ts';
import { ExportRefused, ExportVerifier, type VerifiedExport } from '../domain/audit/verify-export.ts';

const usage = 'Usage: npm run audit:verify -- FILE [--public-key KEY] [--checkpoint FILE]...';
const exitCodes = { refused: 1, usage: 64 };

class UsageError extends Error {}

function readArguments(): { file: string; publicKey?: string; checkpoints: string[] } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { 'public-key': { type: 'string' }, checkpoint: { type: 'string', multiple: true, default: [] } },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError(usage);
    const publicKey = values['public-key'];
    return { file, checkpoints: values.checkpoint, ...(publicKey !== undefined && { publicKey }) };
  } catch (error) {
    throw new UsageError(
      error instanceof UsageError ? usage : `${error instanceof Error ? error.message : ''}\n${usage}`,
    );
  }
}

/** npm runs scripts in the folder of the package; a path is meant from where the person stands. */
function fromHere(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path);
}

function readKey(text: string | undefined): NoteVerifier | undefined {
  const key = text === undefined ? undefined : parseVerifierKey(text.trim());
  if (text !== undefined && !key) throw new UsageError('--public-key is not a key as exports and checkpoints name it.');
  return key;
}

/** The signed note, on its own or as `GET /admin/audit/checkpoint` answers it. */
async function readCheckpoint(path: string): Promise<string> {
  const text = await readFile(fromHere(path), 'utf8');
  if (!text.startsWith('{')) return text;
  const { note }: { note?: unknown } = JSON.parse(text);
  if (typeof note === 'string') return note;
  throw new UsageError(`${path} holds no checkpoint.`);
}

async function verify(): Promise<VerifiedExport> {
  const { file, publicKey, checkpoints } = readArguments();
  const verifier = new ExportVerifier(readKey(publicKey), await Promise.all(checkpoints.map(readCheckpoint)));
  const input = createReadStream(fromHere(file));
  const lines = createInterface({ input, crlfDelay: Infinity });
  for await (const line of lines) verifier.push(line);
  const verified = verifier.finish();
  if (publicKey === undefined) {
    process.stderr.write('The key was taken from the export itself. Pass --public-key to be sure whose log this is.\n');
  }
  return verified;
}

try {
  const { origin, publicKey, size, shown, checkpoints, signedAt } = await verify();
  const withheld = size === shown ? '' : `, ${size - shown} of them withheld`;
  process.stdout.write(
    `${size} entries as they were signed${withheld}, ${checkpoints} checkpoints, the last of ${signedAt.toISOString()}.\n` +
      `log         ${origin}\npublic key  ${publicKey}\n`,
  );
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof ExportRefused ? `NOT as it was signed. ${message}\n` : `${message}\n`);
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.refused;
}
