import type { Provider } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { type ImagePart, remoteImages } from '../domain/image-parts.ts';
import { declaredImage } from '../platform/media/declared-pixels.ts';
import { parseRequestUrl } from '../platform/net/request-url.ts';
import type { UrlGuard } from '../platform/net/url-guard.ts';
import type { ChatAdapter, ChatCall } from './contract.ts';

/** Of all images of a request together. */
const maxImagesBytes = 32 * 1024 * 1024;
const fetchTimeoutMs = 15_000;

interface ImageFetching {
  urlGuard: UrlGuard;
  /** Of one image. */
  maxImagePixels: () => number;
}

/**
 * An adapter for a server inside gets remote images as data URLs, fetched through the guard: the server would fetch them
 * itself, from where every machine of the network answers. A vendor outside gets the URLs as they are.
 */
export function withInlineImages(adapter: ChatAdapter, fetching: ImageFetching): ChatAdapter {
  return {
    complete: async (call) => adapter.complete(await inlined(call, fetching)),
    async *stream(call) {
      yield* adapter.stream(await inlined(call, fetching));
    },
  };
}

/** @throws GatewayError `invalid_request` naming the image that may not or cannot be fetched; the signal's reason. */
async function inlined(call: ChatCall, { urlGuard, maxImagePixels }: ImageFetching): Promise<ChatCall> {
  const { body, signal, deployment } = call;
  if (remoteImages(body).length === 0 || !fetchesFromInside(deployment.provider)) return call;
  const copy = structuredClone(body);
  let leftBytes = maxImagesBytes;
  for (const image of remoteImages(copy)) {
    const bytes = await fetchImage(image, { urlGuard, signal, maxBytes: leftBytes });
    const declared = declaredImage(bytes);
    if (!declared) throw unusable(image, 'is no image of a known format');
    if (declared.pixels > maxImagePixels()) throw unusable(image, `declares more than ${maxImagePixels()} pixels`);
    leftBytes -= bytes.length;
    image.part.image_url.url = `data:${declared.mediaType};base64,${bytes.toString('base64')}`;
  }
  return { ...call, body: copy };
}

async function fetchImage(
  image: ImagePart,
  { urlGuard, signal, maxBytes }: { urlGuard: UrlGuard; signal: AbortSignal; maxBytes: number },
): Promise<Buffer> {
  const { url, param } = image;
  try {
    const answer = await urlGuard.fetch({ url, method: 'GET', param, maxBytes, timeoutMs: fetchTimeoutMs, signal });
    if (answer.status === 200) return answer.body;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GatewayError && error.type === 'invalid_request') throw error;
  }
  throw unusable(image, 'could not be fetched');
}

/** What stands on this machine or its network, whether the operator calls it local or not. */
function fetchesFromInside({ local, kind, baseUrl }: Provider): boolean {
  if (local || kind === 'ollama' || kind === 'llama-cpp') return true;
  try {
    parseRequestUrl(baseUrl, { param: 'baseUrl', allowHttp: true });
    return false;
  } catch {
    return true;
  }
}

function unusable({ param }: ImagePart, what: string): GatewayError {
  return new GatewayError({ type: 'invalid_request', message: `${param} ${what}. Send a data URL.`, param });
}
