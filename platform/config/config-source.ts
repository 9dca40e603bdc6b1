import { unwatchFile, watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Deployment } from '../../domain/deployment.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import type { Logger } from '../logger.ts';

/** The configuration in force, and how it is replaced. */
export interface ConfigSource {
  current(): GatewayConfig;
  /**
   * Loads again. What is loaded takes the place of what is in force as a whole, for requests that come from now on.
   * @throws ConfigurationError with the path of the wrong field; what is in force stays.
   */
  reload(): Promise<{ changed: boolean; warnings: readonly string[] }>;
  /** Told after each change. */
  onChange(listener: (now: GatewayConfig, before: GatewayConfig) => void): void;
  /** As `reload`; a wrong file is logged and changes nothing. */
  tryReload(): void;
  close(): void;
}

/** Looked at rather than listened to: that works on every file system, and through links that are swapped. */
const lookEveryMs = 1_000;

/**
 * Keeps the configuration, and reloads it when its file changes. A wrong file is logged and changes nothing.
 * @param watchedPath undefined where there is no file to watch.
 */
export async function openConfig(
  load: () => Promise<GatewayConfig>,
  watchedPath: string | undefined,
  logger: Logger,
): Promise<ConfigSource> {
  let current = await load();
  const listeners: ((now: GatewayConfig, before: GatewayConfig) => void)[] = [];
  // One after the other: of two loads the later one must win.
  let last: Promise<unknown> = Promise.resolve();

  const replace = async () => {
    const loaded = await load();
    const before = current;
    if (isDeepStrictEqual({ ...loaded, retired: undefined }, { ...before, retired: undefined })) {
      return { changed: false, warnings: loaded.warnings };
    }
    current = { ...loaded, retired: retiredBy(loaded, before) };
    for (const listener of listeners) listener(current, before);
    logger.info({ part: 'configuration', deployments: loaded.deployments.size }, 'configuration reloaded');
    for (const warning of loaded.warnings) logger.warn({ part: 'configuration' }, warning);
    return { changed: true, warnings: loaded.warnings };
  };
  const reload = () => {
    const next = last.then(replace);
    last = next.catch(() => undefined);
    return next;
  };
  const tryReload = () => {
    reload().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      logger.error({ part: 'configuration', reason }, 'the changed configuration is wrong; the one in force stays');
    });
  };
  if (watchedPath !== undefined) watchFile(watchedPath, { interval: lookEveryMs, persistent: false }, tryReload);

  return {
    current: () => current,
    reload,
    tryReload,
    onChange: (listener) => void listeners.push(listener),
    close: () => {
      if (watchedPath !== undefined) unwatchFile(watchedPath, tryReload);
    },
  };
}

/** Deployments that are no longer there, for the requests that were routed to them before. */
function retiredBy(now: GatewayConfig, before: GatewayConfig): ReadonlyMap<string, Deployment> {
  const gone = [...(before.retired ?? []), ...before.deployments].filter(([name]) => !now.deployments.has(name));
  return new Map(gone);
}
