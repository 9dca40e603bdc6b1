import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import { readConfigFile } from './config-file.ts';
import { embeddedDefault } from './embedded-default.ts';
import type { Settings } from './settings.ts';

/** `CONFIG` where it is set, else `config/gateway.yaml` where it exists, else the embedded default. */
export async function loadConfig(settings: Settings, environment: NodeJS.ProcessEnv): Promise<GatewayConfig> {
  const usual = resolve('config/gateway.yaml');
  const path = settings.configPath ?? (existsSync(usual) ? usual : undefined);
  return path === undefined ? embeddedDefault(environment) : readConfigFile(path, environment);
}
