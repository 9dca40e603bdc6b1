import type { HubMessage, StreamHub } from './contract.ts';
import { Listeners } from './listeners.ts';

/** The hub of a gateway whose API and workers are one process. */
export function createInProcessHub(): StreamHub {
  const listeners = new Listeners();
  return {
    publish: (requestId: string, message: HubMessage) => listeners.tell(requestId, message),
    subscribe: (requestId, listener) => Promise.resolve(listeners.add(requestId, listener)),
    shared: false,
    claim: () => Promise.resolve(true),
    healthy: () => true,
    close: () => Promise.resolve(),
  };
}
