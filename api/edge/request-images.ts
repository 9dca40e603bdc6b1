import type { ChatCompletionRequest } from '../../domain/chat.ts';
import type { EdgeRules } from '../../domain/edge.ts';
import { GatewayError } from '../../domain/errors.ts';
import { remoteImages, imageParts } from '../../domain/image-parts.ts';
import { declaredImageOfBase64 } from '../../platform/media/declared-pixels.ts';
import { parseRequestUrl } from '../../platform/net/request-url.ts';

const base64Image = /^data:image\/[\w.+-]+(?:;[\w.+-]+=[^;,]*)*;base64,/;

/**
 * Judges the images of a chat before anything is done with it: a URL by its form and where it says it leads, a data URL
 * by the pixels it declares. Whoever fetches such a URL later judges where its name leads then.
 * @throws GatewayError `invalid_request`, `payload_too_large`.
 */
export function checkImages(body: ChatCompletionRequest, { maxImagePixels }: EdgeRules): void {
  for (const { url, param } of imageParts(body)) {
    if (!url.startsWith('data:')) {
      parseRequestUrl(url, { param, allowHttp: true });
      continue;
    }
    const start = base64Image.exec(url)?.[0].length;
    const pixels = start === undefined ? undefined : declaredImageOfBase64(url, start)?.pixels;
    if (pixels !== undefined && pixels > maxImagePixels) {
      throw new GatewayError({
        type: 'payload_too_large',
        message: `${param} declares ${pixels} pixels, and at most ${maxImagePixels} are taken. Send a smaller image.`,
        param,
      });
    }
  }
}

/**
 * For a request that must stay inside: fetching an image would tell its address to the world outside.
 * @throws GatewayError `permission_denied`.
 */
export function keepImagesInside(body: ChatCompletionRequest, mustStayInside: () => boolean): void {
  const [first] = remoteImages(body);
  if (!first || !mustStayInside()) return;
  throw new GatewayError({
    type: 'permission_denied',
    message: `${first.param}: this request is kept inside by its policy, so no image is fetched from outside. Send a data URL.`,
    param: first.param,
  });
}
