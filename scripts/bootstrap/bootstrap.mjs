import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dependenciesReady, installDependencies } from './dependencies.mjs';
import { findModelPython, findWeights, installModelPython, installWeights } from './light-model.mjs';
import { withLock } from './lock.mjs';
import { findNodeRuntime, installNodeRuntime } from './node-runtime.mjs';
import { cacheDir, modelsDir, REPO_DIR } from './paths.mjs';
import { platformKey } from './platform.mjs';
import { createProgress } from './progress.mjs';
import { SetupError } from './setup-error.mjs';
import { findTemporalCli, installTemporalCli } from './temporal-cli.mjs';

/** The pinned parts: versions, sizes and checksums. */
export const parts = JSON.parse(readFileSync(new URL('parts.json', import.meta.url), 'utf8'));

/**
 * Where the parts are.
 * @typedef {{node: string, temporalCli?: string, weights?: string, modelPython?: string}} Tools
 */

/**
 * Makes sure that the parts are on this machine: the locked dependencies and Node 24 always, the Temporal CLI and the
 * light model when asked for. What is missing is fetched side by side; what is there costs a few file reads.
 * @param {{temporal: boolean, lightModel: boolean}} needed
 * @returns {Promise<Tools>} throws SetupError
 */
export async function ensureParts(needed) {
  if (process.platform === 'win32')
    throw new SetupError('Windows is not supported directly.', [
      'use WSL 2 (https://learn.microsoft.com/windows/wsl/install)',
    ]);
  const context = {
    cacheDir: cacheDir(),
    modelsDir: modelsDir(),
    parts,
    platform: platformKey(),
    progress: createProgress(),
  };
  const steps = stepsFor(needed, context);
  const found = await Promise.all(steps.map(async (step) => [step, await step.find()]));
  const missing = found.filter(([, value]) => value === undefined).map(([step]) => step);
  const tools = Object.fromEntries(found.map(([step, value]) => [step.name, value]));
  if (missing.length > 0) {
    context.progress.say('Setting up (this happens once):');
    const lockFile = path.join(context.cacheDir, 'set-up.lock');
    const onWait = (pid) => context.progress.say(`  another set-up is running (process ${pid}); waiting for it`);
    await withLock(lockFile, { onWait }, async () => Object.assign(tools, await installAll(missing)));
  }
  return tools;
}

function stepsFor(needed, context) {
  const steps = [
    {
      name: 'dependencies',
      find: async () => dependenciesReady(REPO_DIR) || undefined,
      install: () => installDependencies(REPO_DIR, context.progress),
    },
    { name: 'node', find: async () => findNodeRuntime(context), install: () => installNodeRuntime(context) },
  ];
  if (needed.temporal)
    steps.push({
      name: 'temporalCli',
      find: () => findTemporalCli(context),
      install: () => installTemporalCli(context),
    });
  if (needed.lightModel) {
    steps.push({ name: 'weights', find: () => findWeights(context), install: () => installWeights(context) });
    steps.push({
      name: 'modelPython',
      find: () => findModelPython(context),
      install: () => installModelPython(context),
    });
  }
  return steps;
}

/** Lets every step end before the first failure is thrown, so that a second start has less to do. */
async function installAll(steps) {
  const results = await Promise.allSettled(
    // While this process waited for the lock, the other one may have done the step.
    steps.map(async (step) => [step.name, (await step.find()) ?? (await step.install())]),
  );
  const failures = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
  if (failures.length === 1 || failures.some((failure) => !(failure instanceof SetupError))) throw failures[0];
  if (failures.length > 1) {
    const byHand = [...new Set(failures.flatMap((failure) => failure.byHand))];
    throw new SetupError(
      failures.map((failure) => [failure.message, failure.cause?.message].filter(Boolean).join('\n  ')).join('\n'),
      byHand,
    );
  }
  return Object.fromEntries(results.map((result) => result.value));
}
