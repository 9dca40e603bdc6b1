import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import type { Cipher } from '../../platform/store/contract.ts';
import type { Sessions } from './sessions-port.ts';

const place = 'ui.session';
const sessionShape = z.object({ shown: z.string(), expiresAtMs: z.number() });

/** Sessions without a store: every process of the gateway can open the cookie. */
export function createSessions(cipher: Cipher, now: () => number = Date.now): Sessions {
  return {
    seal: ({ shown, expiresAt }) => {
      const text = JSON.stringify({ shown, expiresAtMs: expiresAt.getTime() } satisfies z.input<typeof sessionShape>);
      return Buffer.from(cipher.seal(Buffer.from(text), place)).toString('base64url');
    },
    open: (cookie) => {
      const session = sessionShape.safeParse(opened(cipher, cookie));
      if (!session.success || session.data.expiresAtMs <= now()) return undefined;
      return { shown: session.data.shown, expiresAt: new Date(session.data.expiresAtMs) };
    },
  };
}

function opened(cipher: Cipher, cookie: string): unknown {
  try {
    return JSON.parse(Buffer.from(cipher.open(Buffer.from(cookie, 'base64url'), place)).toString()) as unknown;
  } catch (error) {
    if (error instanceof GatewayError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
