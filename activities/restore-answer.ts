import { GatewayError } from '../domain/errors.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { AnswerText } from '../domain/privacy/answer/answer-text.ts';
import type { CallModelInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** How the answer of a call is shown to its caller; undefined where that is as it comes. */
export async function answerTextFor(
  { store, guards }: Dependencies,
  { requestId, privacy }: CallModelInput,
): Promise<AnswerText | undefined> {
  if (!privacy) return undefined;
  const placeholders = privacy.redacts ? await store.pseudonyms.ofRequest(requestId) : {};
  return guards(privacy.policies).answer(placeholders);
}

/**
 * The route was cut down to what is inside when the request was accepted; the configuration may have changed since.
 * @throws GatewayError `not_supported`, which lets the next deployment be tried.
 */
export function refuseOutside({ privacy }: CallModelInput, { name, provider }: Deployment): void {
  if (!privacy?.localOnly || provider.local) return;
  throw new GatewayError({
    type: 'not_supported',
    message: `'${name}' is not inside, and the policy keeps this request there; nothing was sent.`,
  });
}
