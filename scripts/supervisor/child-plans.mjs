import { GATEWAY_ARGS } from './gateway-args.mjs';
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { REPO_DIR } from '../bootstrap/paths.mjs';
import { recordChild } from './child-records.mjs';
import { openLog } from './log-file.mjs';
import { answersOk, pollUntil, temporalServes } from './ready.mjs';
import { EXIT_CONFIGURATION } from './settings.mjs';
import { temporalArgs } from './temporal-args.mjs';

const MODEL_SERVER = fileURLToPath(new URL('../light-model/server.py', import.meta.url));
/** A worker has no address to ask; one that has lived this long is taken to be up. */
const WORKER_UP_AFTER_MS = 3_000;

/**
 * @typedef {import('./supervised-child.mjs').ChildPlan} ChildPlan
 * @typedef {{settings: import('./settings.mjs').SupervisorSettings, tools: import('../bootstrap/bootstrap.mjs').Tools}} Context
 */

/**
 * The embedded Temporal server.
 * @param {Context} context
 * @param {{temporal: number, temporalUi: number}} ports
 * @returns {ChildPlan}
 */
export function temporalPlan({ settings, tools }, ports) {
  const folder = path.join(settings.dataDir, 'temporal');
  const args = temporalArgs({
    port: ports.temporal,
    uiPort: ports.temporalUi,
    databaseFile: path.join(folder, 'temporal.db'),
  });
  const logFile = logFileOf(settings, 'temporal');
  return {
    name: 'temporal',
    spawn: () => {
      mkdirSync(folder, { recursive: true });
      return spawnLogged(tools.temporalCli, args, 'ignore', logFile);
    },
    ready: (signal) => pollUntil(() => temporalServes(tools.temporalCli, `127.0.0.1:${ports.temporal}`), signal),
    record: recordIn(settings, 'temporal'),
    graceMs: 10_000,
    finalExitCodes: [],
    whereToLook: logFile,
  };
}

/**
 * The server of the embedded light model. It ends when its standard input closes.
 * @param {Context} context
 * @param {{lightModel: number}} ports
 * @param {string} modelName
 * @returns {ChildPlan}
 */
export function lightModelPlan({ settings, tools }, ports, modelName) {
  const logFile = logFileOf(settings, 'light-model');
  const args = [MODEL_SERVER, '--model', tools.weights, '--name', modelName, '--port', String(ports.lightModel)];
  return {
    name: 'light-model',
    spawn: () => spawnLogged(tools.modelPython, args, 'pipe', logFile),
    ready: (signal) => pollUntil(() => answersOk(`http://127.0.0.1:${ports.lightModel}/health`), signal),
    record: recordIn(settings, 'light-model'),
    graceMs: 3_000,
    finalExitCodes: [],
    whereToLook: logFile,
  };
}

/**
 * The gateway itself. It ends when the channel to this process closes.
 * @param {Context} context
 * @param {NodeJS.ProcessEnv} environment
 * @returns {ChildPlan}
 */
export function gatewayPlan({ settings, tools }, environment) {
  return {
    name: 'gateway',
    spawn: () =>
      spawn(tools.node, GATEWAY_ARGS, {
        cwd: REPO_DIR,
        env: environment,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        detached: true,
      }),
    ready: gatewayReady(settings),
    reloads: true,
    record: recordIn(settings, 'gateway'),
    graceMs: 30_000,
    finalExitCodes: [EXIT_CONFIGURATION],
    whereToLook: 'its output above',
  };
}

function gatewayReady({ servesApi, host, port, tls }) {
  if (!servesApi || port === 0) {
    return (signal) => delay(WORKER_UP_AFTER_MS, true, { signal }).catch(() => false);
  }
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  const url = `${tls ? 'https' : 'http'}://${reachable}:${port}/readyz`;
  return (signal) => pollUntil(() => answersOk(url), signal);
}

/** Detached: the terminal's Ctrl-C then reaches the supervisor alone, which stops its children in order. */
function spawnLogged(program, args, stdin, logFile) {
  const log = openLog(logFile);
  try {
    return spawn(program, args, { cwd: REPO_DIR, stdio: [stdin, log, log], detached: true });
  } finally {
    closeSync(log);
  }
}

function logFileOf(settings, name) {
  return path.join(settings.dataDir, 'logs', `${name}.log`);
}

function recordIn(settings, name) {
  return (pid) => recordChild(path.join(settings.dataDir, 'run'), name, pid);
}
