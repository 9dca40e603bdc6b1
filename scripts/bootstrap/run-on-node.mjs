import { spawn } from 'node:child_process';
import path from 'node:path';
import { REPO_DIR } from './paths.mjs';

/** The environment in which `node`, and the programs of node_modules, are the ones that were set up. */
export function toolEnvironment(tools, env = process.env) {
  const searchPath = [path.dirname(tools.node), path.join(REPO_DIR, 'node_modules', '.bin'), env.PATH].join(
    path.delimiter,
  );
  return {
    ...env,
    PATH: searchPath,
    ...(tools.temporalCli && { TEMPORAL_CLI_PATH: tools.temporalCli }),
    ...(tools.weights && { LIGHT_MODEL_PATH: tools.weights }),
    ...(tools.modelPython && { LIGHT_MODEL_PYTHON: tools.modelPython }),
  };
}

/**
 * Runs a command in the checkout with this terminal and resolves with its exit code. Ctrl-C reaches the command by
 * itself; this process waits for it to end.
 * @param {import('./bootstrap.mjs').Tools} tools
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
export function runOnNode(tools, command, env) {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd: REPO_DIR, env, stdio: 'inherit' });
    const forward = () => child.kill('SIGTERM');
    process.on('SIGTERM', forward).on('SIGINT', waitForChild);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', forward).off('SIGINT', waitForChild);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** On Ctrl-C the child ends first, and its exit code becomes ours. */
function waitForChild() {}
