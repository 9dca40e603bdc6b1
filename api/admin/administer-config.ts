import { GatewayError } from '../../domain/errors.ts';
import type { ConfigSource } from '../../platform/config/config-source.ts';
import { ConfigurationError } from '../../platform/config/settings.ts';
import { poolTopic, type StreamHub } from '../../platform/hub/contract.ts';
import type { ConfigAdministration } from './reload-port.ts';

export function createConfigAdministration(source: ConfigSource, hub: StreamHub): ConfigAdministration {
  return {
    async reload() {
      try {
        const reloaded = await source.reload();
        hub.publish(poolTopic, { kind: 'reload' });
        return reloaded;
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        const message = `${error.message}\nThe configuration in force stays.`;
        throw new GatewayError({ type: 'invalid_request', message });
      }
    },
  };
}
