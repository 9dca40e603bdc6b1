import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { KeyRing } from '../encryption/key-ring.ts';
import { createPayloadCodec } from './payload-codec.ts';

export const failureConverterPath = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));

/** Encrypts payloads as well as the messages and stacks of failures. */
export function createDataConverter(ring: KeyRing): DataConverter {
  return { failureConverterPath, payloadCodecs: [createPayloadCodec(ring)] };
}
