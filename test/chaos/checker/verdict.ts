import type { RequestObject } from '../../../api/gateway/request-object.ts';
import { type Check, holds, noneViolates } from '../check.ts';
import type { Kill } from '../cluster/kill.ts';
import { type ClientSeen, isExact } from '../load/client.ts';
import { whatTheLedgerSays } from './bill.ts';
import { type Evidence, settleLimitMs } from './evidence.ts';

/** What must hold after a run with kills, whatever was killed when. */
export function verdict(evidence: Evidence): Check[] {
  return [
    ...whatClientsSaw(evidence),
    ...whatTheDatabaseSays(evidence),
    ...whatTheAuditLogSays(evidence),
    ...whatTemporalSays(evidence),
    ...whatTheUpstreamSaw(evidence),
    ...whatTheLedgerSays(evidence),
  ];
}

function whatClientsSaw({ clients }: Evidence): Check[] {
  const acked = clients.filter((client) => client.acked);
  const streams = acked.filter(({ plan }) => plan.mode === 'stream');
  const byKey = Map.groupBy(
    acked.filter(({ plan }) => plan.key !== undefined),
    ({ plan }) => plan.key,
  );
  return [
    noneViolates(
      'clients',
      'answered, or unsure without ack and key',
      clients.length,
      clients.filter(({ end, acked: got }) => end !== 'answered' && (end !== 'unsure' || got)).map(told),
    ),
    noneViolates(
      'acked requests',
      'none lost: each has its answer',
      acked.length,
      acked.filter(({ end }) => end !== 'answered').map(told),
    ),
    noneViolates(
      'streams',
      'exactly the whole text, none doubled or lost',
      streams.length,
      streams.filter((client) => client.end === 'answered' && !isExact(client)).map(told),
    ),
    noneViolates(
      'whole answers',
      'exactly the text',
      acked.length - streams.length,
      acked
        .filter((client) => client.plan.mode !== 'stream' && client.end === 'answered' && !isExact(client))
        .map(told),
    ),
    noneViolates(
      'equal keys',
      'one request id',
      byKey.size,
      [...byKey.values()].filter((same) => idsOf(same).size !== 1).map((same) => [...idsOf(same)].join(' ')),
    ),
  ];
}

function whatTheDatabaseSays({ clients, records, settledAfterMs }: Evidence): Check[] {
  const known = new Map(records.map((record) => [record.id, record]));
  const acked = [...idsOf(clients)];
  const unfinished = records.filter(({ status }) => !isEnd(status));
  return [
    holds(
      'all records terminal',
      `≤ ${settleLimitMs / 1_000} s after the last restart`,
      settledAfterMs === undefined ? `${unfinished.length} unfinished` : `${(settledAfterMs / 1_000).toFixed(1)} s`,
      settledAfterMs !== undefined,
    ),
    noneViolates(
      'records of acked requests',
      'exactly one, completed',
      acked.length,
      acked
        .filter((id) => known.get(id)?.status !== 'completed')
        .map((id) => `${id} ${known.get(id)?.status ?? 'absent'} ${JSON.stringify(known.get(id)?.error ?? null)}`),
    ),
    noneViolates(
      'records',
      'one per id',
      records.length,
      known.size === records.length ? [] : [`${records.length - known.size} doubled`],
    ),
    noneViolates(
      'completed records',
      'one attempt succeeded, none left open',
      records.filter(({ status }) => status === 'completed').length,
      records.filter((record) => record.status === 'completed' && !hasOneSuccess(record)).map(attemptsOf),
    ),
  ];
}

function whatTheAuditLogSays({ clients, records, audited }: Evidence): Check[] {
  const acked = [...idsOf(clients)];
  const known = new Map(records.map((record) => [record.id, record]));
  return [
    noneViolates(
      'audit records of acked requests',
      'exactly one, of their outcome',
      acked.length,
      acked
        .filter((id) => audited.get(id)?.length !== 1 || audited.get(id)?.[0]?.outcome !== known.get(id)?.status)
        .map((id) => `${id}: ${(audited.get(id) ?? []).map(({ outcome }) => outcome).join(' ') || 'none'}`),
    ),
    noneViolates(
      'audit records',
      'at most one for each request, with its attempts',
      audited.size,
      [...audited]
        .filter(([id, its]) => its.length !== 1 || its[0]?.attempts.length !== known.get(id)?.attempts.length)
        .map(([id, its]) => `${id}: ${its.length} records, ${its[0]?.attempts.length} attempts`),
    ),
  ];
}

function whatTemporalSays({ clients, records, runs }: Evidence): Check[] {
  const byId = Map.groupBy(runs, ({ workflowId }) => workflowId);
  const recordIds = new Set(records.map(({ id }) => id));
  const acked = [...idsOf(clients)];
  return [
    noneViolates(
      'workflows of acked requests',
      'exactly one closed run, completed',
      acked.length,
      acked
        .filter((id) => byId.get(id)?.length !== 1 || byId.get(id)?.[0]?.status !== 'COMPLETED')
        .map((id) => `${id}: ${(byId.get(id) ?? []).map(({ status }) => status).join(' ') || 'no run'}`),
    ),
    noneViolates(
      'workflows',
      'closed, with a record',
      byId.size,
      runs
        .filter(({ workflowId, status }) => status === 'RUNNING' || !recordIds.has(workflowId))
        .map(({ workflowId, status }) => `${workflowId} ${status}`),
    ),
  ];
}

function whatTheUpstreamSaw(evidence: Evidence): Check[] {
  const { calls, records, clients } = evidence;
  const known = new Map(records.map((record) => [record.id, record]));
  const requests = [...Map.groupBy(clients, ({ plan }) => plan.request)];
  const tooOften: string[] = [];
  const hidden: string[] = [];
  for (const [request, same] of requests) {
    const its = calls.get(request) ?? [];
    // A client without a key that was refused or cut off may have begun more than one request.
    const submissions = same[0]?.plan.key === undefined ? Math.max(1, same[0]?.posts ?? 1) : 1;
    const lastCallAtMs = Math.max(...its.map(({ startedAt }) => startedAt));
    const allowed = submissions + killsBetween(evidence.kills, same, lastCallAtMs);
    if (its.length > allowed) tooOften.push(`request ${request}: ${its.length} calls, ${allowed} allowed`);
    const attempts = [...idsOf(same)].reduce((sum, id) => sum + (known.get(id)?.attempts.length ?? 0), 0);
    if (submissions === 1 && idsOf(same).size > 0 && its.length > attempts) {
      hidden.push(`request ${request}: ${its.length} calls, ${attempts} attempts`);
    }
  }
  const extra = [...calls.values()].reduce((sum, { length }) => sum + length - 1, 0);
  return [
    noneViolates('upstream calls', '≤ 1 + kills during the request', requests.length, tooOften),
    noneViolates(`extra upstream calls (${extra})`, 'each is an attempt of its record', requests.length, hidden),
  ];
}

function killsBetween(kills: readonly Kill[], clients: readonly ClientSeen[], toMs: number): number {
  const fromMs = Math.min(...clients.map(({ startedAtMs }) => startedAtMs));
  return kills.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).length;
}

function hasOneSuccess({ attempts }: RequestObject): boolean {
  const succeeded = attempts.filter(({ outcome }) => outcome === 'succeeded');
  return succeeded.length === 1 && attempts.every(({ outcome }) => outcome !== 'in_progress');
}

function isEnd(status: RequestObject['status']): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function idsOf(clients: readonly ClientSeen[]): Set<string> {
  return new Set(clients.flatMap(({ requestIds }) => requestIds));
}

function attemptsOf({ id, attempts }: RequestObject): string {
  return `${id}: ${attempts.map(({ outcome }) => outcome).join(' ') || 'no attempt'}`;
}

function told({ plan, end, error, text, requestIds }: ClientSeen): string {
  const said = text === undefined ? '' : ` text "${text.slice(0, 40)}…" of ${text.length}`;
  return `request ${plan.request} (${plan.mode} ${plan.model}${plan.key ? ' key' : ''}) ${requestIds.join(' ')} ${end} ${error ?? ''}${said}`;
}
