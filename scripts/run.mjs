/**
 * Runs a file of this project, or a program from node_modules/.bin or PATH, on Node 24 with the dependencies in place:
 *   node scripts/run.mjs [--with-temporal] [--with-light-model] bench/run.ts --short
 * The parts that were asked for are handed on as TEMPORAL_CLI_PATH, LIGHT_MODEL_PATH and LIGHT_MODEL_PYTHON.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { REPO_DIR } from './bootstrap/paths.mjs';
import { ensurePartsOrExit } from './bootstrap/interruptible.mjs';
import { runOnNode, toolEnvironment } from './bootstrap/run-on-node.mjs';

const args = process.argv.slice(2);
const needed = { temporal: false, lightModel: false };
while (args[0]?.startsWith('--with-')) {
  const flag = args.shift();
  if (flag === '--with-temporal') needed.temporal = true;
  else if (flag === '--with-light-model') needed.lightModel = true;
  else fail(`unknown option ${flag}`);
}
const [target, ...rest] = args;
if (!target) fail('usage: node scripts/run.mjs [--with-temporal] [--with-light-model] FILE|PROGRAM [ARGUMENT...]');

const tools = await ensurePartsOrExit(needed);
const isFile = existsSync(path.resolve(REPO_DIR, target));
const command = isFile
  ? [tools.node, '--disable-warning=ExperimentalWarning', path.resolve(REPO_DIR, target)]
  : [target];
process.exitCode = await runOnNode(tools, [...command, ...rest], toolEnvironment(tools));

function fail(message) {
  console.error(message);
  process.exit(64);
}
