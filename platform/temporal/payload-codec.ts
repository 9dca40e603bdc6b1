import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { GatewayError } from '../../domain/errors.ts';
import { requestIdIn } from '../../domain/request-id.ts';
import type { ContentOwner, ContentVault } from '../encryption/content-vault.ts';
import { sealForNobody } from '../encryption/data-key.ts';
import { keyIdOf } from '../encryption/seal.ts';
import type { Cipher } from '../store/contract.ts';

const encoding = Buffer.from('binary/encrypted');
/** Binds a ciphertext to its use, so a sealed database value cannot be passed off as a payload. */
const place = 'temporal.payload';
const summaryPattern = /^"[\p{L}\p{N} ._:/·-]{1,200}"$/u;

export interface PayloadKeys {
  vault: Pick<ContentVault, 'seal' | 'open'>;
  /** For what belongs to no request. */
  master: Pick<Cipher, 'seal'>;
}

/**
 * Encrypts every payload of a history with AES-256-GCM, under the key of the request that the workflow serves (the SDK
 * tells the workflow's id). Left readable is only what the Temporal UI shows as a step's summary: a bare JSON string of
 * plain words. Arguments and results are always objects, so content never has that form. Anything else that comes back
 * unencrypted is refused: whoever can write to the server must not be able to slip in a plain payload.
 */
export function createPayloadCodec(keys: PayloadKeys): PayloadCodec {
  return {
    encode: (payloads, context) => Promise.all(payloads.map((payload) => encode(keys, payload, context))),
    decode: (payloads) => Promise.all(payloads.map((payload) => decode(keys, payload))),
  };
}

async function encode(keys: PayloadKeys, payload: Payload, context?: SerializationContext): Promise<Payload> {
  if (isSummary(payload)) return payload;
  return encrypted(await sealed(keys, packPayload(payload), requestIdIn(context?.workflowId ?? '')));
}

/** Seals one payload for an owner, whatever it holds. @throws GatewayError as `ContentVault.seal`. */
export async function sealPayload(
  vault: Pick<ContentVault, 'seal'>,
  owner: ContentOwner,
  payload: Payload,
): Promise<Payload> {
  return encrypted(await vault.seal(owner, packPayload(payload), place));
}

/** Opens the data of an encrypted payload. @throws GatewayError as `ContentVault.open`. */
export async function openPayload(vault: Pick<ContentVault, 'open'>, data: Uint8Array): Promise<Payload> {
  return unpackPayload(await vault.open(data, place));
}

function encrypted(data: Uint8Array): Payload {
  return { metadata: { encoding, 'encryption-key-id': Buffer.from(keyIdOf(data)) }, data };
}

/**
 * Never fails, because a worker that cannot encode a failure ends (docs/adr/0010). What still comes of an erased request
 * is sealed for nobody; while the database is away and the key is not known here, the master key serves.
 */
async function sealed({ vault, master }: PayloadKeys, packed: Uint8Array, requestId?: string): Promise<Uint8Array> {
  if (requestId === undefined) return master.seal(packed, place);
  try {
    return await vault.seal({ requestId }, packed, place);
  } catch (error) {
    const isGone = error instanceof GatewayError && (error.type === 'content_erased' || error.type === 'not_found');
    return isGone ? sealForNobody(packed, place) : master.seal(packed, place);
  }
}

async function decode({ vault }: PayloadKeys, payload: Payload): Promise<Payload> {
  if (isSummary(payload)) return payload;
  const isSealed = payload.metadata?.encoding && encoding.equals(payload.metadata.encoding);
  if (!isSealed || !payload.data) {
    throw new GatewayError({ type: 'encryption_failed', message: 'A payload that is not encrypted was refused.' });
  }
  return openPayload(vault, payload.data);
}

/** A bare JSON string of plain words, which stays readable. */
export function isSummary(payload: Payload): boolean {
  if (!payload.data || payload.data.length > 802) return false;
  if (Buffer.from(payload.metadata?.encoding ?? []).toString() !== 'json/plain') return false;
  return summaryPattern.test(Buffer.from(payload.data).toString());
}

/** Payloads of the gateway are JSON or nothing, so the encoding is all the metadata there is to keep. */
function packPayload(payload: Payload): Uint8Array {
  const name = Buffer.from(payload.metadata?.encoding ?? []);
  return Buffer.concat([Buffer.of(name.length), name, payload.data ?? new Uint8Array()]);
}

function unpackPayload(packed: Uint8Array): Payload {
  const end = 1 + (packed[0] ?? 0);
  return { metadata: { encoding: packed.subarray(1, end) }, data: packed.subarray(end) };
}
