import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';

const keySizeBytes = 32;

/** Keys as they are written down. Ids are public: they stand in each sealed payload. */
export interface PayloadKeys {
  activeKeyId: string;
  keys: { id: string; key: Uint8Array }[];
}

const keyId = /^[A-Za-z0-9_.-]{1,32}$/;
const base64Key = /^[A-Za-z0-9+/_-]{43}=?$/;

const fileShape = z.strictObject({
  active: z.string(),
  keys: z.array(z.strictObject({ id: z.string(), key: z.string() })).min(1),
});

/** Ids come back from outside in sealed payloads: what is no id is not looked up, nor repeated in messages. */
export function isKeyId(text: string): boolean {
  return keyId.test(text);
}

/** A new 256-bit key with an id that tells when it was made, e.g. `k20260131-9f3a`. */
export function newPayloadKey(now: Date): PayloadKeys['keys'][number] {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return { id: `k${day}-${randomBytes(2).toString('hex')}`, key: randomBytes(keySizeBytes) };
}

/** Reads `id1:base64key,id2:base64key`. @throws GatewayError `encryption_failed`, naming the entry, never the key. */
export function parsePayloadKeys(text: string): PayloadKeys {
  const keys = text.split(',').map((entry, index) => {
    const [id = '', encoded = '', ...rest] = entry.trim().split(':');
    const key = rest.length === 0 ? decodeKey(id, encoded) : undefined;
    if (key) return { id, key };
    throw malformed(
      `Entry ${index + 1} of PAYLOAD_KEYS is not 'id:key' with an id of letters, digits, '.', '_' or '-' and 32 bytes ` +
        'in base64. Make a key with: openssl rand -base64 32',
    );
  });
  return checked(keys[0]?.id ?? '', keys, 'PAYLOAD_KEYS');
}

/** Reads the key file's JSON. @throws GatewayError `encryption_failed`. */
export function parseKeyFile(text: string, path: string): PayloadKeys {
  const parsed = fileShape.safeParse(jsonOrUndefined(text));
  if (!parsed.success) throw malformedFile(path);
  const keys = parsed.data.keys.map(({ id, key: encoded }) => {
    const key = decodeKey(id, encoded);
    if (key) return { id, key };
    throw malformedFile(path);
  });
  return checked(parsed.data.active, keys, path);
}

export function formatKeyFile(keys: PayloadKeys): string {
  const entries = keys.keys.map(({ id, key }) => ({ id, key: Buffer.from(key).toString('base64') }));
  return `${JSON.stringify({ active: keys.activeKeyId, keys: entries }, null, 2)}\n`;
}

function decodeKey(id: string, encoded: string): Uint8Array | undefined {
  if (!keyId.test(id) || !base64Key.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return key.length === keySizeBytes ? key : undefined;
}

function checked(activeKeyId: string, keys: PayloadKeys['keys'], where: string): PayloadKeys {
  const ids = new Set(keys.map(({ id }) => id));
  if (ids.size !== keys.length) throw malformed(`${where} names a key id twice; each id stands for one key.`);
  if (!ids.has(activeKeyId)) throw malformed(`${where} names an active key that is not among its keys.`);
  return { activeKeyId, keys };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function malformedFile(path: string): GatewayError {
  return malformed(
    `${path} is not a key file. Restore it from a backup: without its keys, what they sealed cannot be opened.`,
  );
}

function malformed(message: string): GatewayError {
  return new GatewayError({ type: 'encryption_failed', message });
}
