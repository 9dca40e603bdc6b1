import { summarize } from '../../../scripts/test-summary.mjs';

const counts = (passed: number, failed: number, brokenFiles: number) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numRuntimeErrorTestSuites: brokenFiles,
});

describe('the last line of a test run', () => {
  it('tells how many passed and failed', () => {
    expect(summarize(counts(12, 0, 0), 0)).toEqual({ line: '12 passed, 0 failed', exitCode: 0 });
    expect(summarize(counts(12, 3, 0), 1)).toEqual({ line: '12 passed, 3 failed', exitCode: 1 });
  });

  it('counts a test file that could not run as a failure, even if Jest were content', () => {
    expect(summarize(counts(12, 0, 1), 0)).toEqual({ line: '12 passed, 1 failed', exitCode: 1 });
  });

  it('is a failure when Jest died without a result, and absent when nothing was to be run', () => {
    expect(summarize(undefined, 134)).toEqual({ line: '0 passed, 1 failed', exitCode: 134 });
    expect(summarize(undefined, 0)).toEqual({ line: undefined, exitCode: 0 });
  });
});
