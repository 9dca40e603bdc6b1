import { fileURLToPath } from 'node:url';

export const historyFolder = fileURLToPath(new URL('histories/', import.meta.url));

/** The key the golden histories were encrypted with; it protects nothing else. */
export const goldenKeys = `golden:${Buffer.from('golden histories hold no secrets').toString('base64')}`;
