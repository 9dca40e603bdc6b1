import { createProgress, renderBar } from '../../../../scripts/bootstrap/progress.mjs';

function captured(options: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { stream: { ...options, write: (text: string) => written.push(text) }, text: () => written.join('') };
}

describe('a progress bar', () => {
  it('fills with the fraction and never leaves its frame', () => {
    expect(renderBar(0, 10)).toBe('[░░░░░░░░░░]   0%');
    expect(renderBar(0.5, 10)).toBe('[█████░░░░░]  50%');
    expect(renderBar(1.7, 10)).toBe('[██████████] 100%');
    expect(renderBar(-1, 10)).toBe('[░░░░░░░░░░]   0%');
  });
});

describe('progress without a terminal', () => {
  it('prints a line for each fifth, once', () => {
    const output = captured();
    const step = createProgress(output.stream).begin('part', 'fetching');
    for (const fraction of [0.1, 0.21, 0.22, 0.5, 0.55]) step.report(fraction);
    expect(output.text()).toBe('  part: fetching …\n  part: fetching 20%\n  part: fetching 40%\n');
  });

  it('never claims that all has arrived before the step says so', () => {
    const output = captured();
    const step = createProgress(output.stream).begin('part', 'fetching');
    step.report(3);
    expect(output.text()).not.toContain('100%');
    step.done('checksum right');
    expect(output.text()).toMatch(/✓ part: checksum right \(\d+\.\d s\)\n$/);
  });
});

describe('progress on a terminal', () => {
  it('redraws the lines of the steps that still run', () => {
    const output = captured({ isTTY: true, columns: 60 });
    const progress = createProgress(output.stream);
    const one = progress.begin('one', 'fetching');
    const two = progress.begin('two', 'fetching');
    one.report(0.5);
    expect(output.text()).toContain('\x1b[2A');
    two.fail('no network');
    expect(output.text().split('✗')[1]).toMatch(
      /^ two: no network \(\d+\.\d s\)\n {2}one: fetching \[█+░+\] {2}50%\n$/,
    );
  });

  it('cuts lines at the width of the terminal, so that redrawing meets the right ones', () => {
    const output = captured({ isTTY: true, columns: 20 });
    createProgress(output.stream).begin('a step with a long name', 'fetching something');
    expect(output.text().trimEnd().length).toBeLessThan(20);
  });
});
