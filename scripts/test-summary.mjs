/**
 * The last line and the exit code of a test run, from Jest's JSON result (https://jestjs.io/docs/cli#--json) and its
 * exit code. A test file that could not run at all counts as a failure. Without a result, as after `--help`, there is
 * no line unless Jest failed.
 * @param {{numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number} | undefined} result
 * @param {number} exitCode
 * @returns {{line: string | undefined, exitCode: number}}
 */
export function summarize(result, exitCode) {
  if (!result) return { line: exitCode === 0 ? undefined : '0 passed, 1 failed', exitCode };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { line: `${result.numPassedTests} passed, ${failed} failed`, exitCode: failed > 0 ? exitCode || 1 : exitCode };
}
