import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import { readConfigFile } from './config-file.ts';
import { embeddedDefault } from './embedded-default.ts';
import type { Settings } from './settings.ts';

/** Where the configuration file lies, or would lie. */
export function configFileOf({ configPath }: Settings): string {
  return configPath ?? resolve('config/gateway.yaml');
}

/**
 * What loads the configuration: `CONFIG` where it is set, else `config/gateway.yaml` where it exists, else the embedded
 * default, which never takes the place of a file that was there before.
 */
export function configLoader(settings: Settings, environment: NodeJS.ProcessEnv): () => Promise<GatewayConfig> {
  const path = configFileOf(settings);
  let hasFile = settings.configPath !== undefined;
  return async () => {
    hasFile ||= existsSync(path);
    return hasFile ? readConfigFile(path, environment) : embeddedDefault(environment);
  };
}
