import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { createAuditAdministration } from '../../api/admin/administer-audit.ts';
import { formatExportLine } from '../../domain/audit/export-format.ts';
import { operatorTenant } from '../../domain/principal.ts';
import { AuditLog } from '../../platform/audit/audit-log.ts';
import { openAuditSigner } from '../../platform/audit/signing-key.ts';
import { createCipher } from '../../platform/encryption/cipher.ts';
import { loadKeyRing } from '../../platform/encryption/key-ring.ts';
import { openStore } from '../../platform/store/open-store.ts';

const program = fileURLToPath(new URL('./audit-writer.ts', import.meta.url));
/** A step that died may have been done: it is done again. */
const repeatedAfterCrash = 40;
const latestKillMs = 15;

export interface CrashPlan {
  dataDir: string;
  databaseUrl: string;
  records: number;
  /** Processes that write and place at once. */
  writers: number;
  /** Kills of each of them, at random moments. */
  killsEach: number;
  /** 0 ≤ x < 1. */
  random: () => number;
}

export interface CrashResult {
  kills: number;
  /** Request ids in the order of the log. */
  requestIds: string[];
  /** The log as text, line by line. */
  export: string[];
}

/** Writes records with processes that are killed with signal 9, and begun again, until every record is written. */
export async function writeUnderKills(plan: CrashPlan): Promise<CrashResult> {
  const share = Math.ceil(plan.records / plan.writers);
  const kills = await Promise.all(
    Array.from({ length: plan.writers }, (_, place) =>
      writeShare(plan, place * share, Math.min((place + 1) * share, plan.records)),
    ),
  );
  return { kills: kills.reduce((sum, count) => sum + count, 0), ...(await readLog(plan)) };
}

/** Returns how often it killed. */
async function writeShare(plan: CrashPlan, from: number, to: number): Promise<number> {
  const lifeLength = (to - from) / (plan.killsEach + 1);
  let written = from - 1;
  let kills = 0;
  for (;;) {
    const begin = Math.max(from, written + 1 - repeatedAfterCrash);
    const child = spawn(process.execPath, [program, plan.dataDir, plan.databaseUrl, String(begin), String(to)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const killAt = kills < plan.killsEach ? written + Math.ceil(lifeLength * (0.5 + plan.random() / 2)) : undefined;
    const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? code));
    });
    let killing: Promise<void> | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      written = Math.max(written, Number(line));
      if (killAt !== undefined && written >= killAt) killing ??= killSoon(child, plan.random() * latestKillMs);
    }
    const end = await ended;
    await killing;
    if (end === 'SIGKILL') kills += 1;
    else if (end === 0) return kills;
    else throw new Error(`a writer ended with ${end}`);
  }
}

async function killSoon(child: ChildProcess, afterMs: number): Promise<void> {
  await delay(afterMs);
  child.kill('SIGKILL');
}

async function readLog({ dataDir, databaseUrl }: CrashPlan): Promise<Omit<CrashResult, 'kills'>> {
  const cipher = createCipher(await loadKeyRing({ dataDir }));
  const store = await openStore({ dataDir, databaseUrl, cipher });
  try {
    const log = new AuditLog(store.audit, await openAuditSigner(store.audit, cipher, undefined));
    const administration = createAuditAdministration(log, store.audit);
    const lines: string[] = [];
    const requestIds: string[] = [];
    for await (const line of administration.export({ id: 'root', tenant: operatorTenant, scopes: ['admin'] })) {
      lines.push(formatExportLine(line).trimEnd());
      if (line.type === 'request') requestIds.push(line.request_id);
    }
    return { requestIds, export: lines };
  } finally {
    await store.close();
  }
}
