import { Counter, type Registry } from 'prom-client';
import { createAuditAdministration } from '../api/admin/administer-audit.ts';
import type { AuditAdministration } from '../api/admin/audit-port.ts';
import { AuditLog } from '../platform/audit/audit-log.ts';
import { openAuditSigner } from '../platform/audit/signing-key.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from './open-platform.ts';

/** How long a record may wait for its place and its signature. */
const pauseMs = 1_000;
/** A log that cannot be signed stays so until somebody looks: it is said again now and then. */
const complaintPauseMs = 60_000;

export interface RunningAudit {
  administration: AuditAdministration;
  /** Places what waits, and ends. */
  stop(): Promise<void>;
}

/**
 * Opens the audit log and keeps placing what is recorded, here or by any other process.
 * @throws GatewayError `encryption_failed` where its key is not the one it was begun with.
 */
export async function startAudit(
  { store, cipher, logger }: Pick<Platform, 'store' | 'cipher' | 'logger'>,
  signingKey: string | undefined,
  registry: Registry,
): Promise<RunningAudit> {
  const log = new AuditLog(store.audit, await openAuditSigner(store.audit, cipher, signingKey));
  const failures = new Counter({
    name: 'holdfast_audit_failures_total',
    help: 'Times that records could not be placed in the audit log; they wait meanwhile',
    registers: [registry],
  });
  const complain = atMostEvery(complaintPauseMs, logger);
  const place = (): Promise<void> =>
    log.placeWaiting().catch((error: unknown) => {
      failures.inc();
      complain(error);
    });
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    await place();
    if (!stopped) timer = setTimeout(() => void run(), pauseMs).unref();
  };
  void run();
  return {
    administration: createAuditAdministration(log, store.audit),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await place();
    },
  };
}

function atMostEvery(pauseMsBetween: number, logger: Logger): (error: unknown) => void {
  let quietUntilMs = 0;
  return (error) => {
    if (performance.now() < quietUntilMs) return;
    quietUntilMs = performance.now() + pauseMsBetween;
    logger.error(
      { part: 'audit', error: error instanceof Error ? error.message : 'unknown' },
      'the audit log cannot be written; records wait',
    );
  };
}
