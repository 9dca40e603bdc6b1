import { withSection } from '../../../bench/write-docs.ts';

describe('withSection', () => {
  it('adds its section to the end of a page that has none', () => {
    const page = withSection('# Benchmarks\n', 'first figures');
    expect(page).toMatch(/^# Benchmarks\n\n<!-- gateway benchmark: begin/);
    expect(page).toContain('first figures');
  });

  it('replaces only its own section when the benchmark runs again', () => {
    const before = `${withSection('# Benchmarks\n', 'first figures')}\n## Another benchmark\n\nkept\n`;
    const after = withSection(before, 'second figures');
    expect(after).not.toContain('first figures');
    expect(after).toBe(before.replace('first figures', 'second figures'));
    expect(after).toContain('kept');
  });
});
