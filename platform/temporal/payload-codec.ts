import type { Payload, PayloadCodec } from '@temporalio/common';
import { GatewayError } from '../../domain/errors.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import { open, seal } from '../encryption/seal.ts';

const encoding = Buffer.from('binary/encrypted');
/** Binds a ciphertext to its use, so a sealed database value cannot be passed off as a payload. */
const context = 'temporal.payload';
const summaryPattern = /^"[\p{L}\p{N} ._:/·-]{1,200}"$/u;

/**
 * Encrypts every payload of the history with AES-256-GCM. Left readable is only what the Temporal UI shows as a step's
 * summary: a bare JSON string of plain words. Arguments and results are always objects, so content never has that form.
 * Anything else that comes back unencrypted is refused: whoever can write to the server must not be able to slip in a
 * plain payload.
 */
export function createPayloadCodec(ring: KeyRing): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encode(ring, payload)),
    decode: async (payloads) => payloads.map((payload) => decode(ring, payload)),
  };
}

function encode(ring: KeyRing, payload: Payload): Payload {
  if (isSummary(payload)) return payload;
  return {
    metadata: { encoding, 'encryption-key-id': Buffer.from(ring.activeKeyId) },
    data: seal(ring, packPayload(payload), context),
  };
}

function decode(ring: KeyRing, payload: Payload): Payload {
  if (isSummary(payload)) return payload;
  const isSealed = payload.metadata?.encoding && encoding.equals(payload.metadata.encoding);
  if (!isSealed || !payload.data) {
    throw new GatewayError({ type: 'encryption_failed', message: 'A payload that is not encrypted was refused.' });
  }
  return unpackPayload(open(ring, payload.data, context));
}

function isSummary(payload: Payload): boolean {
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
