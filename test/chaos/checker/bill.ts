import { type Check, holds, noneViolates } from '../check.ts';
import { callPrice, type ModelName, models } from '../cluster/models.ts';
import type { UpstreamCall } from '../../doubles/upstream.ts';
import type { Evidence } from './evidence.ts';

/** What `GET /admin/usage` says, as far as it is compared. */
export interface SeenUsage {
  total_usd: number;
  total_requests: number;
  budgets: { spent_usd: number; reserved_usd: number }[];
}

/** Tokens that the double counts as the input of each call. */
const promptTokens = 11;
const microPerUsd = 1_000_000;

/** The ledger against the records, the budget, and what the double of the vendor would have charged. */
export function whatTheLedgerSays({ clients, records, calls, usage }: Evidence): Check[] {
  const recorded = new Map(records.map(({ id, cost_usd: usd }) => [id, microUsd(usd)]));
  const attemptsOf = new Map(records.map(({ id, attempts }) => [id, attempts.length]));
  const recordedMicroUsd = [...recorded.values()].reduce((sum, each) => sum + each, 0);
  const spent = usage.budgets.map(({ spent_usd: usd }) => microUsd(usd));
  const unlike: string[] = [];
  let asked = 0;
  for (const [request, same] of Map.groupBy(clients, ({ plan }) => plan.request)) {
    const ids = [...new Set(same.flatMap(({ requestIds }) => requestIds))];
    // Requests that a client was never told of may have made some of the calls.
    const isKnown = ids.length > 0 && (same[0]?.plan.key !== undefined || same[0]?.posts === 1);
    if (!isKnown) continue;
    asked++;
    const its = calls.get(request) ?? [];
    const billMicroUsd = its.reduce((sum, call) => sum + chargeOf(call), 0);
    const costMicroUsd = ids.reduce((sum, id) => sum + (recorded.get(id) ?? 0), 0);
    // Of a call that a crash cut off, or whose answer died with the process, the gateway can only estimate the price.
    // An attempt that is on record may not even have left.
    const attempts = ids.reduce((sum, id) => sum + (attemptsOf.get(id) ?? 0), 0);
    const repeated = Math.max(its.length, attempts) - 1;
    const leeway = repeated * Math.max(0, ...its.map(wholePrice));
    if (Math.abs(billMicroUsd - costMicroUsd) > leeway) {
      unlike.push(`request ${request}: ${costMicroUsd} settled, ${billMicroUsd} charged for ${its.length} calls`);
    }
  }
  return [
    holds(
      'settlements',
      'one a record',
      `${usage.total_requests} of ${records.length}`,
      usage.total_requests === records.length,
    ),
    holds(
      'sum of the ledger',
      'that of the records',
      microUsd(usage.total_usd),
      microUsd(usage.total_usd) === recordedMicroUsd,
    ),
    holds(
      'spent by the budget',
      String(recordedMicroUsd),
      spent.join(' '),
      spent.every((each) => each === recordedMicroUsd),
    ),
    holds(
      'set aside at the end',
      '0',
      usage.budgets.map(({ reserved_usd: usd }) => usd).join(' '),
      usage.budgets.every(({ reserved_usd: usd }) => usd === 0),
    ),
    noneViolates("the vendor's bill", 'equal, within the calls that a crash repeated', asked, unlike),
  ];
}

/** Charged by the token, for what was sent. */
function chargeOf(call: UpstreamCall): number {
  const { tokens, ...answer } = models[modelOf(call)];
  // An answer in one piece counts as one token sent, and a thought is not counted by the double.
  const sent = call.stream ? call.tokensSent - ('reasoning' in answer ? 1 : 0) : call.finishedAt ? tokens : 0;
  return callPrice(promptTokens, Math.max(0, sent));
}

function wholePrice(call: UpstreamCall): number {
  return callPrice(promptTokens, models[modelOf(call)].tokens);
}

function modelOf({ model }: UpstreamCall): ModelName {
  if (model in models) return model as ModelName;
  throw new Error(`the upstream was asked for '${model}'`);
}

function microUsd(usd: number): number {
  return Math.round(usd * microPerUsd);
}
