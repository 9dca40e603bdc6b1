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
 * An adapter for a local server gets remote images as data URLs, fetched through the guard: the server would fetch them
 * itself, from where every machine of the network answers. Another server on this network may be a proxy to a vendor: it
 * gets the URLs, once the guard has judged where they lead. A vendor outside gets them as they are.
 */
export function withInlineImages(adapter: ChatAdapter, fetching: ImageFetching): ChatAdapter {
  return {
    complete: async (call) => adapter.complete(await inlined(call, fetching)),
    async *stream(call) {
      yield* adapter.stream(await inlined(call, fetching));
    },
  };
}

/**
 * @throws GatewayError `invalid_request` naming the image that may not or cannot be fetched, `permission_denied` where
 *   the request is kept inside; the signal's reason.
 */
async function inlined(call: ChatCall, { urlGuard, maxImagePixels }: ImageFetching): Promise<ChatCall> {
  const { body, signal, deployment, keptInside } = call;
  const remote = remoteImages(body);
  if (keptInside === true && remote[0]) throw keptAway(remote[0]);
  if (remote.length === 0 || standsOutside(deployment.provider)) return call;
  if (!isLocal(deployment.provider)) {
    await Promise.all(remote.map((image) => judge(urlGuard, image)));
    return call;
  }
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

/** A name that nobody knows leads nowhere. */
async function judge(urlGuard: UrlGuard, { url, param }: ImagePart): Promise<void> {
  try {
    await urlGuard.judge(url, { param, allowHttp: true });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.type !== 'provider_unreachable') throw error;
  }
}

function isLocal({ local, kind }: Provider): boolean {
  return local || kind === 'ollama' || kind === 'llama-cpp';
}

function standsOutside(provider: Provider): boolean {
  if (isLocal(provider)) return false;
  try {
    parseRequestUrl(provider.baseUrl, { param: 'baseUrl', allowHttp: true });
    return true;
  } catch {
    return false;
  }
}

function unusable({ param }: ImagePart, what: string): GatewayError {
  return new GatewayError({ type: 'invalid_request', message: `${param} ${what}. Send a data URL.`, param });
}

function keptAway({ param }: ImagePart): GatewayError {
  const message = `${param}: this request is kept inside, so no image is fetched from outside. Send a data URL.`;
  return new GatewayError({ type: 'permission_denied', message, param });
}
