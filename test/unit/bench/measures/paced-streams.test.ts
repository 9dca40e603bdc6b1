import { fileURLToPath } from 'node:url';
import { measurePacedStreams, nextLevel } from '../../../../bench/measures/paced-streams.ts';
import { startDirect } from '../../../../bench/targets/direct.ts';
import { startServer } from '../../../../bench/targets/server-process.ts';
import { startUpstream } from '../../../doubles/upstream.ts';

const search = { levels: [8, 16, 32, 64], first: 32 };

describe('the search for the most streams held', () => {
  it('begins in the middle and goes up while levels are held', () => {
    expect(nextLevel(search, [])).toBe(32);
    expect(nextLevel(search, [{ streams: 32, held: true }])).toBe(64);
    const both = [32, 64].map((streams) => ({ streams, held: true }));
    expect(nextLevel(search, both)).toBeUndefined();
  });

  it('goes down from a level that was not held until one is', () => {
    const failed = [32, 16].map((streams) => ({ streams, held: false }));
    expect(nextLevel(search, failed)).toBe(8);
    expect(nextLevel(search, [...failed, { streams: 8, held: true }])).toBeUndefined();
    expect(nextLevel(search, [...failed, { streams: 8, held: false }])).toBeUndefined();
  });

  it('does not try a lower level again after a higher one was not held', () => {
    expect(
      nextLevel(search, [
        { streams: 32, held: true },
        { streams: 64, held: false },
      ]),
    ).toBeUndefined();
  });
});

describe('measurePacedStreams', () => {
  const plan = {
    levels: [1, 2],
    first: 1,
    tokensPerSecond: 100,
    tokens: 10,
    latenessLimitMs: 60_000,
    startsPerSecond: 1_000,
  };

  it('knows how late each token of the metronome is, over all streams of a level', async () => {
    const metronome = startServer({
      command: process.execPath,
      args: [
        fileURLToPath(new URL('../../../../bench/metronome.ts', import.meta.url)),
        '--tokens',
        '10',
        '--pace-ms',
        '10',
      ],
    });
    try {
      const url = await metronome.firstLine;
      const target = await startDirect({ answering: url, metronome: url });
      const [found] = await measurePacedStreams([target], plan);
      expect(found).toMatchObject({ target: 'direct', held: 2 });
      expect(found?.levels.map(({ streams, problems }) => ({ streams, problems }))).toEqual([
        { streams: 1, problems: {} },
        { streams: 2, problems: {} },
      ]);
      for (const { latenessP99Ms } of found?.levels ?? []) expect(latenessP99Ms).toBeGreaterThanOrEqual(0);
    } finally {
      await metronome.stop();
    }
  });

  it('does not hold a level at which a stream is cut or loses tokens', async () => {
    const upstream = await startUpstream();
    try {
      const parts = Array.from({ length: 9 }, () => `${process.hrtime()[0] * 1_000} `);
      upstream.script([{ kind: 'answer', parts }]);
      const target = await startDirect({ answering: upstream.url, metronome: upstream.url });
      expect(await measurePacedStreams([target], plan)).toMatchObject([
        { held: 0, levels: [{ streams: 1, held: false, problems: { 'lost tokens': 1 } }] },
      ]);
      upstream.script([{ kind: 'cut', afterTokens: 0 }]);
      expect(await measurePacedStreams([target], plan)).toMatchObject([
        { held: 0, levels: [{ streams: 1, held: false }] },
      ]);
    } finally {
      await upstream.close();
    }
  });
});
