import type { Payload } from '@temporalio/common';
import { z } from 'zod';

/** `Payloads` in protobuf's JSON mapping: bytes in base64, URL-safe or not. */
const bytes = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'base64');
const payload = z.object({ metadata: z.record(z.string().max(256), bytes).optional(), data: bytes.optional() });

export const payloadsObject = z.object({ payloads: z.array(payload).max(10_000) });

export function fromJson({ payloads }: z.output<typeof payloadsObject>): Payload[] {
  return payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, toBytes(value)])),
    data: toBytes(data ?? ''),
  }));
}

export function toJson(payloads: readonly Payload[]): z.output<typeof payloadsObject> {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, toBase64(value)])),
      data: toBase64(data ?? new Uint8Array()),
    })),
  };
}

/** The JSON value in a payload; undefined where it holds none. */
export function jsonOf({ data }: Payload): unknown {
  try {
    return JSON.parse(Buffer.from(data ?? []).toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** Node reads both alphabets of base64. */
function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

function toBase64(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}
