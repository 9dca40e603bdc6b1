import { Readable } from 'node:stream';
import { readEvents } from '../../../../providers/sse/read-events.ts';

async function events(pieces: Iterable<Buffer>) {
  const seen = [];
  for await (const { event, data } of readEvents(Readable.from(pieces, { objectMode: true }))) seen.push([event, data]);
  return seen;
}

const stream = Buffer.from(
  '\uFEFF: hello\r\n\r\nevent: delta\r\ndata: {"text":"世界 👋🏽"}\r\n\r\nretry: soon\nunknown: 1\ndata: a\ndata: b\n\ndata: [DONE]\n\n',
);
const expected = [
  ['delta', '{"text":"世界 👋🏽"}'],
  [undefined, 'a\nb'],
  [undefined, '[DONE]'],
];

it.each(Array.from({ length: stream.length - 1 }, (_, index) => index + 1))(
  'reads the same events when torn at byte %i',
  async (at) => {
    expect(await events([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
  },
);

it('reads the same events byte by byte', async () => {
  expect(await events(Array.from(stream, (_, index) => stream.subarray(index, index + 1)))).toEqual(expected);
});

it('drops an event that was not ended', async () => {
  expect(await events([Buffer.from('data: a\n\ndata: b')])).toEqual([[undefined, 'a']]);
});

it('gives out the events before one that is too large', async () => {
  const seen: string[] = [];
  const reading = async () => {
    const body = Readable.from([
      Buffer.from('data: a\n\n'),
      Buffer.from(`data: ${'x'.repeat(2 ** 20)}`),
      Buffer.from('x'),
    ]);
    for await (const { data } of readEvents(body)) seen.push(data);
  };
  await expect(reading()).rejects.toMatchObject({ type: 'provider_protocol' });
  expect(seen).toEqual(['a']);
});

it('bounds a stream whose events never end', async () => {
  const event = Buffer.from(`data: ${'x'.repeat(2 ** 20 - 8)}\n\n`);
  const endless = function* () {
    for (;;) yield event;
  };
  let count = 0;
  const reading = async () => {
    for await (const { data } of readEvents(Readable.from(endless(), { objectMode: true })))
      count += data === '' ? 0 : 1;
  };
  await expect(reading()).rejects.toMatchObject({ type: 'provider_protocol' });
  expect(count).toBe(256);
});
