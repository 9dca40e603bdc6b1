import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode } from '../system-error.ts';

/** Words one list may have. */
export const maxWords = 50_000;

/** One word or name a line; empty lines and lines that begin with # are left out. UTF-8. */
export function readWordFile(file: string, folder: string, fail: (message: string) => never): string[] {
  const path = resolve(folder, file);
  const words = read(path, fail)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (words.length === 0) return fail(`${path} holds no words`);
  if (words.length > maxWords) return fail(`${path} holds ${words.length} words; a list may have ${maxWords}`);
  return words;
}

function read(path: string, fail: (message: string) => never): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    return fail(`cannot read ${path} (${errorCode(error) ?? 'it is no UTF-8 text'})`);
  }
}
