import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import type { JwtIssuer } from '../../domain/jwt-issuer.ts';

/** How long keys once read are used: also through an outage of their address, and after one was withdrawn. */
const cacheMs = 10 * 60_000;
/** An unknown `kid` has the keys read again, but not sooner than this after the last reading. */
const cooldownMs = 30_000;
const timeoutMs = 3_000;
const maxSizeBytes = 256 * 1024;
/** After a failure the address is left alone for a moment: it is asked on behalf of whoever shows a token. */
const pauseAfterFailureMs = 2_000;

/** The public keys of an issuer, from the configuration or from its address. */
export function publicKeysOf({ keys }: Pick<JwtIssuer, 'keys'>): JWTVerifyGetKey {
  if (keys.kind === 'static') return createLocalJWKSet(keys.keys);
  return createRemoteJWKSet(new URL(keys.url), {
    cacheMaxAge: cacheMs,
    cooldownDuration: cooldownMs,
    timeoutDuration: timeoutMs,
    [customFetch]: careful(fetch),
  });
}

type Fetch = (
  url: string,
  init: { method: 'GET'; headers: Headers; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>;

/** Bounds the size of what is read, and how often an address that fails is asked. */
function careful(fetchKeys: Fetch): Fetch {
  let failedAtMs = -Infinity;
  return async (url, init) => {
    if (Date.now() - failedAtMs < pauseAfterFailureMs) throw new Error('the keys could not be read a moment ago');
    try {
      const response = await fetchKeys(url, init);
      const body = await readBounded(response);
      if (response.status !== 200) throw new Error(`the address of the keys answered ${response.status}`);
      return new Response(body, { status: 200 });
    } catch (error) {
      failedAtMs = Date.now();
      throw error;
    }
  };
}

async function readBounded({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxSizeBytes) throw new Error(`the keys are larger than ${maxSizeBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
