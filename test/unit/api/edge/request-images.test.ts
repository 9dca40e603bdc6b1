import { checkImages, keepImagesInside } from '../../../../api/edge/request-images.ts';
import type { ChatCompletionRequest } from '../../../../domain/chat.ts';
import { GatewayError } from '../../../../domain/errors.ts';
import { png } from '../../../doubles/fixtures/declared-images.ts';

const edge = { maxImagePixels: 50_000_000, webhooks: { allowPrivate: false } };
const picture = (url: string) => ({ type: 'image_url', image_url: { url } });
const asking = (...urls: string[]): ChatCompletionRequest => ({
  model: 'auto',
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: [{ type: 'text', text: 'What is it?' }, ...urls.map(picture)] },
  ],
});
const dataUrl = (width: number, height: number) => `data:image/png;base64,${png(width, height).toString('base64')}`;

function refusal(work: () => void): { type: string; param?: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error.info;
    throw error;
  }
}

describe('the images of a request', () => {
  it('are taken as data URLs of up to the most pixels, and as public URLs', () => {
    const urls = [dataUrl(10_000, 5_000), 'https://example.com/cat.png', 'http://cdn.example.com/a?b=c'];
    expect(refusal(() => checkImages(asking(...urls), edge))).toBeUndefined();
  });

  it('are refused where one declares more pixels, though it is small', () => {
    const bomb = asking(dataUrl(10, 10), dataUrl(50_001, 1_000));
    expect(refusal(() => checkImages(bomb, edge))).toMatchObject({
      type: 'payload_too_large',
      param: 'messages[1].content[2].image_url.url',
      message: expect.stringContaining('declares 50001000 pixels'),
    });
  });

  it('are left to the model where their size cannot be read', () => {
    for (const url of ['data:image/png;base64,AA==', 'data:', 'data:image/svg+xml,%3Csvg/%3E']) {
      expect(refusal(() => checkImages(asking(url), edge))).toBeUndefined();
    }
  });

  it.each(['http://169.254.169.254/latest/meta-data/', 'https://2130706433/', 'file:///etc/passwd', 'cat.png'])(
    'are refused where their URL is %s',
    (url) => {
      expect(refusal(() => checkImages(asking(url), edge))).toMatchObject({
        type: 'invalid_request',
        param: 'messages[1].content[1].image_url.url',
      });
    },
  );

  it('are not fetched for a request that stays inside', () => {
    expect(refusal(() => keepImagesInside(asking(dataUrl(1, 1)), () => true))).toBeUndefined();
    const remote = asking('https://example.com/cat.png');
    expect(refusal(() => keepImagesInside(remote, () => false))).toBeUndefined();
    expect(refusal(() => keepImagesInside(remote, () => true))).toMatchObject({
      type: 'permission_denied',
      param: 'messages[1].content[1].image_url.url',
    });
  });
});
