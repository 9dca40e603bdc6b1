import { createSecretKey, type KeyObject } from 'node:crypto';
import { GatewayError } from '../../domain/errors.ts';
import { keyFilePath, keyFileVersion, readKeyFile, readOrCreateKeyFile } from './key-file.ts';
import { isKeyId, type PayloadKeys, parsePayloadKeys } from './payload-keys.ts';

/** The keys that content is sealed with. Only the active one seals; the others still open what they sealed. */
export interface KeyRing {
  readonly activeKeyId: string;
  /** @throws GatewayError `encryption_failed`, naming the key id, for a key that is not in the ring. */
  key(id: string): KeyObject;
}

export interface KeyRingSource {
  /** Keys lie in `keys/payload-keys.json` in here. */
  dataDir: string;
  /** Value of PAYLOAD_KEYS, `id1:base64key,id2:base64key`, the first active; the file is not touched then. */
  payloadKeys?: string | undefined;
}

/**
 * Loads the keys, making them at the first start without PAYLOAD_KEYS. A ring from the file learns a key that was
 * added by a rotation in another process when it first meets a payload of that key; which key seals stays as it was
 * until the next start.
 * @throws GatewayError `encryption_failed` where the keys are malformed or the file can be read by others.
 */
export async function loadKeyRing(source: KeyRingSource): Promise<KeyRing> {
  if (source.payloadKeys !== undefined && source.payloadKeys !== '') {
    return createKeyRing(parsePayloadKeys(source.payloadKeys));
  }
  const path = keyFilePath(source.dataDir);
  const keys = await readOrCreateKeyFile(path);
  let seenVersion = keyFileVersion(path);
  return createKeyRing(keys, () => {
    const version = keyFileVersion(path);
    if (version === seenVersion) return undefined;
    seenVersion = version;
    return readKeyFile(path);
  });
}

/** @param reload newer keys, where there may be some; asked for when an unknown key id is met. */
function createKeyRing(keys: PayloadKeys, reload: () => PayloadKeys | undefined = () => undefined): KeyRing {
  const known = new Map<string, KeyObject>();
  const learn = (added: PayloadKeys): void => {
    for (const { id, key } of added.keys) known.set(id, createSecretKey(key));
  };
  learn(keys);
  return {
    activeKeyId: keys.activeKeyId,
    key(id) {
      if (!known.has(id) && isKeyId(id)) {
        const added = reload();
        if (added) learn(added);
      }
      const key = known.get(id);
      if (key) return key;
      throw new GatewayError({
        type: 'encryption_failed',
        message: `Payload key '${isKeyId(id) ? id : 'illegible'}' is not in the key ring. Add it to PAYLOAD_KEYS or restore keys/payload-keys.json.`,
      });
    },
  };
}
