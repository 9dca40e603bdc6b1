import { identifyProcess, isAlive, parseProcStat } from '../../../../scripts/bootstrap/process-identity.mjs';

describe('the identity of a process', () => {
  it('is read behind a command name with spaces and parentheses', () => {
    const after = 'S 1 1 1 0 -1 4194560 100 0 0 0 5 6 0 0 20 0 11 0 299980 9891852 4096';
    expect(parseProcStat(`42 (odd ) name (x) ${after}`)).toEqual({ state: 'S', startTicks: '299980' });
  });

  it('holds for this process, and for no other one that got its id', () => {
    const own = identifyProcess(process.pid);
    if (!own) throw new Error('this process has no identity');
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startToken: 'earlier' })).toBe(false);
  });
});
