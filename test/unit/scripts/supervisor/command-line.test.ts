import { parseCommandLine, usage } from '../../../../scripts/supervisor/command-line.mjs';

describe('the command line of npm start', () => {
  it.each([
    [[], { kind: 'run' }],
    [['--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
    [['--help', '--version'], { kind: 'help' }],
    [['--port', '1'], { kind: 'unknown', argument: '--port' }],
    [['--help', 'extra'], { kind: 'unknown', argument: 'extra' }],
  ])('%j means %j', (args: string[], expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it('explains every setting with its default', () => {
    for (const setting of [
      'PORT, HOST',
      'API_KEY',
      'DATA_DIR',
      'CONFIG',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_UI_PORT',
      'ROLE',
    ]) {
      expect(usage()).toContain(setting);
    }
    expect(usage()).toMatch(/TEMPORAL_UI_PORT +8233 +\w/);
  });
});
