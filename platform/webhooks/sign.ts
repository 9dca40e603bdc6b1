import { createHmac } from 'node:crypto';

/**
 * The headers of a webhook, with one signature for each secret, so that a receiver may know either of two while one
 * takes the other's place. `secrets` are `whsec_` and base64.
 * Source: Standard Webhooks, "Webhook metadata" and "Signature scheme" (symmetric, v1).
 */
export function signedHeaders(
  message: { id: string; sentAt: Date; body: string },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${message.id}.${timestamp}.${message.body}`).digest('base64')}`;
  });
  return {
    'content-type': 'application/json',
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
