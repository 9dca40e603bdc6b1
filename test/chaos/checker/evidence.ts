import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { RequestObject } from '../../../api/gateway/request-object.ts';
import type { ExportLine } from '../../../domain/audit/export-format.ts';
import type { RequestAudit } from '../../../domain/audit/record.ts';
import { ExportVerifier } from '../../../domain/audit/verify-export.ts';
import type { UpstreamCall } from '../../doubles/upstream.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Kill } from '../cluster/kill.ts';
import type { SeenUsage } from './bill.ts';
import type { ClientSeen } from '../load/client.ts';
import { eventually } from '../../support/poll.ts';

/** One run of a request's workflow, as Temporal lists it. */
interface SeenRun {
  workflowId: string;
  runId: string;
  status: string;
}

/** Everything that the checker joins. */
export interface Evidence {
  clients: ClientSeen[];
  kills: Kill[];
  /** Calls the upstream double got, by the number in their prompt. */
  calls: Map<number, UpstreamCall[]>;
  records: RequestObject[];
  runs: SeenRun[];
  /** Audit records of each request. */
  audited: Map<string, RequestAudit[]>;
  usage: SeenUsage;
  /** From the last process's return until no record was unfinished; undefined where that took too long. */
  settledAfterMs: number | undefined;
}

export const settleLimitMs = 60_000;
/** The sweep leaves alone what is younger than a minute. */
const strayLimitMs = 90_000;

export async function gatherEvidence(
  cluster: Cluster,
  seen: { clients: ClientSeen[]; kills: Kill[]; lastReadyAtMs: number },
): Promise<Evidence> {
  const settledAfterMs = await untilNothingIsUnfinished(cluster, seen.lastReadyAtMs);
  const runs = await closedRuns(cluster);
  const audit = await allAuditRecords(cluster);
  return {
    clients: seen.clients,
    kills: seen.kills,
    calls: Map.groupBy(await cluster.upstream.calls(), requestNumberOf),
    records: await allRecords(cluster),
    runs,
    audited: Map.groupBy(audit, ({ request_id: id }) => id),
    usage: await settledUsage(cluster),
    settledAfterMs,
  };
}

/** The number that the client put into its prompt; a prefilled answer stands behind it. */
function requestNumberOf({ body }: UpstreamCall): number {
  const said = /"request (\d+)"/.exec(JSON.stringify(body['messages']));
  return Number(said?.[1]);
}

/** Waits for the sweep to give back what processes had set aside that died before their requests began. */
async function settledUsage(cluster: Cluster): Promise<SeenUsage> {
  let usage = await usageNow(cluster);
  const isOpen = () => usage.budgets.some(({ reserved_usd: reserved }) => reserved > 0);
  if (!isOpen()) return usage;
  const connection = await Connection.connect({ address: cluster.temporal.address });
  const { schedule } = new Client({ connection, namespace: cluster.namespace });
  for (const untilMs = Date.now() + strayLimitMs; isOpen() && Date.now() < untilMs;) {
    await schedule.getHandle('holdfast-sweep').trigger();
    await delay(5_000);
    usage = await usageNow(cluster);
  }
  await connection.close();
  return usage;
}

async function usageNow(cluster: Cluster): Promise<SeenUsage> {
  const response = await fetch(`${cluster.url}/admin/usage?from=0`, { headers: cluster.headers });
  if (!response.ok) throw new Error(`GET /admin/usage: ${response.status} ${await response.text()}`);
  return (await response.json()) as SeenUsage;
}

async function untilNothingIsUnfinished(cluster: Cluster, lastReadyAtMs: number): Promise<number | undefined> {
  const unfinished = async (): Promise<number> => {
    const pages = await Promise.all(['queued', 'in_progress'].map((status) => page(cluster, `status=${status}`)));
    return pages.reduce((sum, { data }) => sum + data.length, 0);
  };
  const leftMs = lastReadyAtMs + settleLimitMs - Date.now();
  return eventually('all requests to end', async () => (await unfinished()) === 0, Math.max(1_000, leftMs)).then(
    () => Math.max(0, Date.now() - lastReadyAtMs),
    () => undefined,
  );
}

interface Page {
  data: RequestObject[];
  last_id: string | null;
  has_more: boolean;
}

async function page(cluster: Cluster, query: string): Promise<Page> {
  const response = await fetch(`${cluster.url}/v1/requests?limit=100&${query}`, { headers: cluster.headers });
  if (!response.ok) throw new Error(`GET /v1/requests: ${response.status} ${await response.text()}`);
  return (await response.json()) as Page;
}

async function allRecords(cluster: Cluster): Promise<RequestObject[]> {
  const records: RequestObject[] = [];
  for (let query = ''; ;) {
    const { data, last_id: last, has_more: more } = await page(cluster, query);
    records.push(...data);
    if (!more) return records;
    query = `after=${last}`;
  }
}

async function allAuditRecords(cluster: Cluster): Promise<RequestAudit[]> {
  const response = await fetch(`${cluster.url}/admin/audit/export`, { headers: cluster.headers });
  if (!response.ok) throw new Error(`GET /admin/audit/export: ${response.status} ${await response.text()}`);
  const verifier = new ExportVerifier(undefined);
  const records: RequestAudit[] = [];
  for (const line of (await response.text()).trimEnd().split('\n')) {
    verifier.push(line);
    const shown: ExportLine = JSON.parse(line);
    if (shown.type === 'request') records.push(shown);
  }
  verifier.finish();
  return records;
}

/** All runs there ever were; waits a little, since a workflow closes just after its record and the list lags. */
async function closedRuns(cluster: Cluster): Promise<SeenRun[]> {
  const connection = await Connection.connect({ address: cluster.temporal.address });
  try {
    const client = new Client({ connection, namespace: cluster.namespace });
    const list = async (): Promise<SeenRun[]> => {
      const runs: SeenRun[] = [];
      for await (const { workflowId, runId, status } of client.workflow.list({
        query: `WorkflowType = 'gatewayRequest'`,
      })) {
        runs.push({ workflowId, runId, status: status.name });
      }
      return runs;
    };
    const allClosed = async () => (await list()).every(({ status }) => status !== 'RUNNING');
    await eventually('all workflows to close', allClosed, 20_000).catch(() => undefined);
    return await list();
  } finally {
    await connection.close();
  }
}
