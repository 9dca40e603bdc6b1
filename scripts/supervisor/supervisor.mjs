import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parts } from '../bootstrap/bootstrap.mjs';
import { ensurePartsOrExit } from '../bootstrap/interruptible.mjs';
import { cacheDir } from '../bootstrap/paths.mjs';
import { gatewayPlan, lightModelPlan, temporalPlan } from './child-plans.mjs';
import { stopLeftovers } from './child-records.mjs';
import { lockDataDir } from './data-dir-lock.mjs';
import { discoverModels } from './discovery.mjs';
import { choosePorts, listenError } from './ports.mjs';
import { SettingError } from './settings.mjs';
import { untilTold } from './stop-signals.mjs';
import { SupervisedChild } from './supervised-child.mjs';

/**
 * Sets up, starts Temporal, the light model and the gateway, as far as they are needed, keeps them running, and stops
 * them in the opposite order when told to.
 * @param {import('./settings.mjs').SupervisorSettings} settings
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @returns {Promise<number>} exit code; throws SettingError
 */
export async function supervise(settings, env, say) {
  const runDir = path.join(settings.dataDir, 'run');
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  // Workers may share a DATA_DIR; what serves the API owns it.
  const lock = settings.servesApi ? await lockDataDir(settings.dataDir, say) : undefined;
  try {
    if (settings.servesApi) await stopLeftovers(runDir, say);
    if (settings.servesApi && (await listenError(settings.port, settings.host)) === 'EADDRINUSE') {
      throw new SettingError(
        `PORT ${settings.port} is in use on ${settings.host}. Set another PORT, or stop what listens there.`,
      );
    }
    return await runChildren(await prepare(settings, env, say), say, () => lock?.markStopping());
  } finally {
    lock?.release();
  }
}

/** Finds out what is needed, fetches it, and returns the plans of the children in the order to start them. */
async function prepare(settings, env, say) {
  const models = settings.servesApi ? await discoverModels(settings, env) : undefined;
  if (models) say(models.found);
  const embedsTemporal = settings.temporalAddress === undefined;
  const embedsModel = models?.needsLightModel ?? false;
  const tools = await ensurePartsOrExit({ temporal: embedsTemporal, lightModel: embedsModel });
  const context = { settings, tools };
  const ports = embedsTemporal || embedsModel ? await choosePorts(settings) : undefined;

  const environment = {
    // Compiled code is kept, which takes a quarter off the time that the gateway needs to load.
    NODE_COMPILE_CACHE: path.join(cacheDir(env), 'compiled'),
    ...env,
    ...models?.environment,
    DATA_DIR: settings.dataDir,
    MODELS_DIR: settings.modelsDir,
  };
  const services = [];
  if (embedsTemporal) {
    Object.assign(environment, {
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
      TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}`,
      HOLDFAST_EMBEDDED_TEMPORAL: '1',
    });
    services.push(temporalPlan(context, ports));
    say(`Temporal: embedded server ${environment.TEMPORAL_ADDRESS}`);
  }
  if (embedsModel) {
    const { name, title } = parts.lightModel;
    Object.assign(environment, { LIGHT_MODEL_URL: `http://127.0.0.1:${ports.lightModel}/v1`, LIGHT_MODEL_NAME: name });
    services.push(lightModelPlan(context, ports, name));
    say(
      `light model: ${title}, simple English only; for a better one set a vendor's key, run Ollama, or write config/gateway.yaml`,
    );
  }
  return { services, gateway: gatewayPlan(context, environment) };
}

/** Runs the children until told to stop or one cannot be kept running. */
async function runChildren({ services, gateway }, say, onStopping) {
  // The last one started comes first: the order to stop them.
  const children = [];
  const endings = [];
  const start = (plan) => {
    const child = new SupervisedChild(plan, say);
    const { isReady, gaveUp } = child.start();
    children.unshift(child);
    endings.push(gaveUp);
    return isReady;
  };
  const killAll = () => {
    for (const child of children) child.kill();
  };
  const reload = () => {
    say('SIGHUP: the gateway reads its configuration again');
    for (const child of children) child.reload();
  };
  const told = untilTold(say, killAll, reload);
  // Whatever ends this process, its children end with it.
  process.on('exit', killAll);
  try {
    const servicesReady = Promise.all(services.map(start)).then(() => 'ready');
    const first = await Promise.race([told.exitCode, servicesReady, ...endings]);
    if (first !== 'ready') return first;
    const gatewayReady = start(gateway);
    void gatewayReady.then(() => say(`ready ${process.uptime().toFixed(1)} s after the start; Ctrl-C stops it`));
    return await Promise.race([told.exitCode, ...endings]);
  } finally {
    onStopping();
    for (const child of children) await child.stop();
    told.forget();
    process.off('exit', killAll);
  }
}
