import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec, type PayloadKeys } from './payload-codec.ts';

export const failureConverterPath = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));

/** Encrypts payloads as well as the messages and stacks of failures. */
export function createDataConverter(keys: PayloadKeys): DataConverter {
  return { failureConverterPath, payloadCodecs: [createPayloadCodec(keys)] };
}
