import { readSettings } from '../platform/config/settings.ts';
import { ConfigurationError } from '../platform/config/settings.ts';
import { GatewayError } from '../domain/errors.ts';
import { configurationErrorExitCode } from './exit-codes.ts';
import { startGateway } from './start-gateway.ts';

/** One process of the gateway; which parts it runs is ROLE's to say. */
async function main(): Promise<void> {
  // Until there is a configuration to reload, the word to do so must not end the process.
  process.on('SIGHUP', ignore);
  const gateway = await startGateway(readSettings(process.env), process.env);
  let stopping = false;
  const stop = (reason: string) => {
    if (stopping) return;
    stopping = true;
    void gateway.stop(reason).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.off('SIGHUP', ignore).on('SIGHUP', () => gateway.reload());
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  // The supervisor is gone: nobody would end this process any more.
  process.once('disconnect', () => stop('the supervisor is gone'));
  await gateway.ended;
}

function ignore(): void {}

/** Found only while opening what a setting names: wrong keys, an address of an unknown kind. */
function isWrongSetting(error: unknown): error is GatewayError {
  return error instanceof GatewayError && (error.type === 'invalid_request' || error.type === 'encryption_failed');
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigurationError || isWrongSetting(error)) {
    process.stderr.write(`Holdfast cannot start: ${error.message}\n`);
    process.exit(configurationErrorExitCode);
  }
  process.stderr.write(
    `Holdfast stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}
