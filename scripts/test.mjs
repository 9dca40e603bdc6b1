/** `npm test [-- JEST ARGUMENTS]`: sets everything up, runs the tests on Node 24, ends with `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensurePartsOrExit } from './bootstrap/interruptible.mjs';
import { runOnNode, toolEnvironment } from './bootstrap/run-on-node.mjs';
import { summarize } from './test-summary.mjs';

const tools = await ensurePartsOrExit({ temporal: true, lightModel: true });
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
const resultFile = path.join(folder, 'result.json');
const jest = [
  tools.node,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--json',
  `--outputFile=${resultFile}`,
  ...process.argv.slice(2),
];
try {
  const exitCode = await runOnNode(tools, jest, toolEnvironment(tools));
  const summary = summarize(readResult(), exitCode);
  if (summary.line) console.log(summary.line);
  process.exitCode = summary.exitCode;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readResult() {
  try {
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    return undefined;
  }
}
