import { declaredImage, declaredImageOfBase64 } from '../../../../platform/media/declared-pixels.ts';
import { bmp, gif, jpeg, png, webp } from '../../../doubles/fixtures/declared-images.ts';

describe('what an image declares', () => {
  it.each([
    ['png', png(70_000, 60_000), { mediaType: 'image/png', pixels: 4_200_000_000 }],
    ['gif', gif(65_535, 65_535), { mediaType: 'image/gif', pixels: 4_294_836_225 }],
    ['bmp', bmp(20_000, 10_000), { mediaType: 'image/bmp', pixels: 200_000_000 }],
    ['webp', webp(16_383, 16_383), { mediaType: 'image/webp', pixels: 268_402_689 }],
    ['jpeg', jpeg(65_500, 65_500, 10), { mediaType: 'image/jpeg', pixels: 4_290_250_000 }],
  ])('is read from the header of a %s', (_format, bytes, declared) => {
    expect(declaredImage(bytes)).toEqual(declared);
    expect(declaredImageOfBase64(`data:x;base64,${bytes.toString('base64')}`, 14)).toEqual(declared);
  });

  it('is found behind metadata that are longer than the head', () => {
    const bytes = jpeg(9_000, 9_000, 200_000);
    expect(declaredImageOfBase64(bytes.toString('base64'))).toEqual({ mediaType: 'image/jpeg', pixels: 81_000_000 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello there, this is no image at all')],
    ['zeros', Buffer.alloc(64)],
    ['an SVG', Buffer.from('<svg width="100000" height="100000" xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PNG that was cut off', png(10, 10).subarray(0, 18)],
  ])('is nothing for %s', (_what, bytes) => {
    expect(declaredImage(bytes)).toBeUndefined();
  });
});
