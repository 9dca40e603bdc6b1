import { Agent } from 'undici';

/**
 * The connections to all providers. No retries and no redirects: Temporal owns the first, and the second would carry
 * keys and prompts to an address nobody configured.
 *
 * Waiting has one clock, the signal of the call, so undici's own are off. HTTP/2 is off because an aborted HTTP/1.1
 * exchange closes its socket, which every server takes as "stop generating".
 */
export const providerAgent = new Agent({
  allowH2: false,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  connect: { timeout: 10_000 },
});
