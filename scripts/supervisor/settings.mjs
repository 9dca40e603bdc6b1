import { existsSync } from 'node:fs';
import path from 'node:path';
import { dataDir, modelsDir, REPO_DIR } from '../bootstrap/paths.mjs';

/** EX_CONFIG of sysexits(3): a wrong setting; starting again would not help. */
export const EXIT_CONFIGURATION = 78;

/** A setting that the supervisor itself cannot work with. */
export class SettingError extends Error {}

/**
 * What the supervisor reads from the environment; the gateway reads and checks the rest.
 * @typedef {object} SupervisorSettings
 * @property {string} role
 * @property {boolean} servesApi whether this role listens on `port`
 * @property {string} host
 * @property {number} port
 * @property {boolean} tls
 * @property {string} dataDir
 * @property {string} modelsDir
 * @property {string | undefined} temporalAddress an existing server; undefined stands for the embedded one
 * @property {number | undefined} temporalUiPort
 * @property {boolean} hasConfigFile
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {SupervisorSettings} throws SettingError naming the variable
 */
export function readSettings(env) {
  const role = env.ROLE || 'all';
  const servesApi = role === 'all' || role === 'api';
  if (!servesApi && !env.TEMPORAL_ADDRESS) {
    throw new SettingError(
      `ROLE=${role} works for a gateway that runs elsewhere: set TEMPORAL_ADDRESS to its Temporal server, such as 127.0.0.1:7233.`,
    );
  }
  if (env.CONFIG && !existsSync(path.resolve(REPO_DIR, env.CONFIG))) {
    throw new SettingError(`CONFIG names ${env.CONFIG}, where there is no file.`);
  }
  return {
    role,
    servesApi,
    host: env.HOST || '127.0.0.1',
    port: portOf(env, 'PORT') ?? 8080,
    tls: Boolean(env.TLS_CERT),
    dataDir: dataDir(env),
    modelsDir: modelsDir(env),
    temporalAddress: env.TEMPORAL_ADDRESS || undefined,
    temporalUiPort: portOf(env, 'TEMPORAL_UI_PORT'),
    hasConfigFile: existsSync(path.resolve(REPO_DIR, env.CONFIG || 'config/gateway.yaml')),
  };
}

function portOf(env, name) {
  const text = env[name];
  if (!text) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new SettingError(`${name}=${text} is not a port (0 to 65535).`);
  return port;
}
