import { parseCommandLine } from '../../../bench/command-line.ts';

describe('parseCommandLine', () => {
  it('takes all targets and the full plan without options', () => {
    expect(parseCommandLine([])).toMatchObject({
      targets: ['direct', 'holdfast', 'portkey', 'litellm'],
      plan: { name: 'full' },
      writeDocs: false,
    });
  });

  it('always adds the direct upstream, because "added" is counted from it', () => {
    expect(parseCommandLine(['--targets', 'litellm,holdfast', '--quick'])).toMatchObject({
      targets: ['direct', 'holdfast', 'litellm'],
      plan: { name: 'quick' },
    });
  });

  it('names an unknown target and refuses unknown options', () => {
    expect(() => parseCommandLine(['--targets', 'kong'])).toThrow("Unknown target 'kong'");
    expect(() => parseCommandLine(['--fast'])).toThrow('--fast');
  });

  it('gives nothing to run when help is asked for', () => {
    expect(parseCommandLine(['--help'])).toBeUndefined();
  });
});
