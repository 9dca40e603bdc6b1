import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../bootstrap/command.mjs';

const POLL_MS = 50;
const REQUEST_TIMEOUT_MS = 2_000;

/**
 * Asks again and again until the answer is yes.
 * @param {() => Promise<boolean>} isReady
 * @param {AbortSignal} signal ends the asking
 * @returns {Promise<boolean>} false when it was ended
 */
export async function pollUntil(isReady, signal) {
  while (!signal.aborted) {
    if (await isReady()) return true;
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
  return false;
}

/** Whether a GET is answered with 200. The certificate is not checked: this is our own child on this machine. */
export function answersOk(url) {
  return new Promise((resolve) => {
    const get = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = get(url, { rejectUnauthorized: false, timeout: REQUEST_TIMEOUT_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.end();
  });
}

/** Whether a Temporal server says that it serves. */
export function temporalServes(temporalCli, address) {
  return run(temporalCli, ['operator', 'cluster', 'health', '--address', address], { timeoutMs: 5_000 }).then(
    ({ stdout }) => stdout.includes('SERVING'),
    () => false,
  );
}
