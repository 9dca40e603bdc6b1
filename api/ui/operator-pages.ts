import type { Cipher } from '../../platform/store/contract.ts';
import { createSessions } from './sessions.ts';
import type { OperatorPages } from './ui-port.ts';

/** @param uiUrl where the Temporal UI listens; undefined where there is none, or none that is known. */
export function createOperatorPages(cipher: Cipher, uiUrl: string | undefined): OperatorPages {
  const origins = new Set(uiUrl === undefined ? [] : originsOf(new URL(uiUrl)));
  return { sessions: createSessions(cipher), origins, ...(uiUrl !== undefined && { temporalUi: uiUrl }) };
}

/** A browser on this machine may call it by its name or by its address. */
function originsOf(url: URL): string[] {
  if (url.hostname !== '127.0.0.1' && url.hostname !== 'localhost') return [url.origin];
  return ['127.0.0.1', 'localhost'].map((host) => `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`);
}
