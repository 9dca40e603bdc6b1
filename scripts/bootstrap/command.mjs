import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const running = new Set();

/** Stops commands that are still running; for a set-up that the user interrupts. */
export function stopRunningCommands() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a program without a shell and resolves with what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void}} [options]
 *   onLine sees each line of standard error as it comes.
 * @returns {Promise<{stdout: string, stderr: string}>} rejects, with the last lines of the output, when it fails
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      timeout: options.timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    const tail = [];
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    createInterface({ input: child.stderr }).on('line', (line) => {
      tail.push(line);
      if (tail.length > 200) tail.shift();
      options.onLine?.(line);
    });
    child.on('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      const stderr = tail.join('\n');
      if (code === 0) return resolve({ stdout, stderr });
      const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
      const output = [...stdout.trim().split('\n').slice(-4), ...significant(tail)].filter(Boolean).join('\n');
      reject(new Error(`${path.basename(command)} ${args[0] ?? ''} ${how}${output ? `:\n${output}` : ''}`));
    });
  });
}

/** The lines that say what went wrong: the first ones that npm or pip mark as errors, else the last ones. */
function significant(lines) {
  const errors = lines.filter((line) => /^(npm error|npm ERR!|ERROR:) /.test(line));
  return errors.length > 0 ? errors.slice(0, 8) : lines.slice(-8);
}

/** The absolute path of a program on PATH, or undefined. */
export function findOnPath(program, env = process.env) {
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    if (!folder) continue;
    const candidate = path.join(folder, program);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether the file exists and may be executed. */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The npm that started this script, else the one on PATH, as a command and its first arguments. */
export function npmCommand(env = process.env) {
  return env.npm_execpath?.endsWith('.js') ? [process.execPath, env.npm_execpath] : ['npm'];
}
