import { ensureParts } from './bootstrap.mjs';
import { stopRunningCommands } from './command.mjs';
import { SetupError } from './setup-error.mjs';

const EXIT_SETUP_FAILED = 69; // EX_UNAVAILABLE of sysexits(3)

/**
 * ensureParts() for a command line: a failure is explained and ends this process; a signal stops what runs and ends it.
 * @param {{temporal: boolean, lightModel: boolean}} needed
 * @returns {Promise<import('./bootstrap.mjs').Tools>}
 */
export async function ensurePartsOrExit(needed) {
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await ensureParts(needed);
  } catch (error) {
    console.error(`\n${error instanceof SetupError ? error.explain() : error.stack}`);
    return process.exit(EXIT_SETUP_FAILED);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function interrupt(signal) {
  stopRunningCommands();
  console.error('Set-up interrupted; the next start goes on from here.');
  process.exit(signal === 'SIGINT' ? 130 : 143);
}
