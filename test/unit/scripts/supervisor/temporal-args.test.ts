import { temporalArgs } from '../../../../scripts/supervisor/temporal-args.mjs';

const args = temporalArgs({ port: 7233, uiPort: 8233, databaseFile: '/data/temporal.db' });
const valuesOf = (flag: string) =>
  args.flatMap((arg: string, index: number) => (arg === flag ? [args[index + 1]] : []));

describe('the arguments of the embedded Temporal server', () => {
  it('keep it on this machine, with its state in a file', () => {
    expect(args.slice(0, 2)).toEqual(['server', 'start-dev']);
    expect(valuesOf('--ip')).toEqual(['127.0.0.1']);
    expect(valuesOf('--port')).toEqual(['7233']);
    expect(valuesOf('--ui-port')).toEqual(['8233']);
    expect(valuesOf('--db-filename')).toEqual(['/data/temporal.db']);
    expect(valuesOf('--sqlite-pragma')).toEqual(['journal_mode=WAL', 'synchronous=NORMAL']);
  });

  it('make the web page live and find the codec where the gateway serves both', () => {
    expect(valuesOf('--ui-public-path')).toEqual(['/temporal']);
    expect(valuesOf('--ui-codec-endpoint')).toEqual(['/codec']);
    expect(args).toContain('--ui-disable-news-fetch');
  });

  it('carry the measured settings as KEY=JSON', () => {
    expect(valuesOf('--dynamic-config-value')).toEqual(
      expect.arrayContaining([
        'history.transferProcessorMaxPollRPS=1000',
        'history.timerProcessorMaxPollRPS=1000',
        'history.visibilityProcessorMaxPollRPS=1',
        'system.forceSearchAttributesCacheRefreshOnRead=false',
      ]),
    );
  });
});
