import type { ChatCompletionRequest, ChatContentPart } from './chat.ts';

/** An image of a chat, and the field it stands in as the client wrote it. */
export interface ImagePart {
  url: string;
  /** `messages[0].content[1].image_url.url` */
  param: string;
  /** Puts another URL in its place. */
  part: ChatContentPart & { image_url: { url: string } };
}

/** Every `image_url` of the messages, in order. */
export function imageParts(body: ChatCompletionRequest): ImagePart[] {
  const found: ImagePart[] = [];
  for (const [place, { content }] of body.messages.entries()) {
    if (!Array.isArray(content)) continue;
    for (const [index, part] of content.entries()) {
      if (isImagePart(part)) {
        found.push({ url: part.image_url.url, param: `messages[${place}].content[${index}].image_url.url`, part });
      }
    }
  }
  return found;
}

/** Those that somebody has to fetch. */
export function remoteImages(body: ChatCompletionRequest): ImagePart[] {
  return imageParts(body).filter(({ url }) => !url.startsWith('data:'));
}

function isImagePart(part: ChatContentPart): part is ImagePart['part'] {
  const image: unknown = part['image_url'];
  return (
    part.type === 'image_url' &&
    typeof image === 'object' &&
    image !== null &&
    'url' in image &&
    typeof image.url === 'string'
  );
}
