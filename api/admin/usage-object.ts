import { z } from 'zod';
import { usageGroups, type UsageSum } from '../../platform/store/ledger-contract.ts';
import { instant } from '../http/instant.ts';
import type { BudgetStatus } from './usage-port.ts';

const groups = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(usageGroups)).max(usageGroups.length));

export const usageQuery = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  group_by: groups.optional(),
  tenant: z.string().min(1).max(256).optional(),
  format: z.enum(['json', 'csv']).optional(),
});

const count = z.int();
const sums = {
  requests: count,
  attempts: count.describe('Calls of deployments'),
  input_tokens: count,
  output_tokens: count,
  cost_usd: z.number().describe('Exact to the micro-USD'),
};

const usageRow = z.object({
  day: z.string().optional().describe('Of UTC'),
  tenant: z.string().optional(),
  key: z.string().optional().describe('Id of the API key, or subject of the token'),
  alias: z.string().optional().describe('Model name that was asked for'),
  deployment: z.string().optional().describe('Empty for requests that called none'),
  ...sums,
});

const unixSeconds = z.int().describe('Unix time in seconds');

export const usageObject = z.object({
  object: z.literal('gateway.usage'),
  from: unixSeconds,
  to: unixSeconds.describe('Unix time in seconds; what ended then or later is not in it'),
  group_by: z.array(z.enum(usageGroups)),
  total_usd: z.number(),
  total_requests: count,
  total_input_tokens: count,
  total_output_tokens: count,
  data: z.array(usageRow).describe('A request that called several deployments counts in each of their rows'),
  budgets: z
    .array(
      z.object({
        tenant: z.string(),
        key: z.string().nullable().describe('Null for the budget of the tenant itself'),
        period: z.enum(['day', 'month']),
        limit_usd: z.number(),
        spent_usd: z.number(),
        reserved_usd: z.number().describe('Set aside for requests under way'),
        renews_at: unixSeconds,
      }),
    )
    .describe('How the budgets stand now'),
});

const usd = (microUsd: number): number => microUsd / 1_000_000;
export const toUnixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

export function toUsageRow({ inputTokens, outputTokens, costMicroUsd, ...rest }: UsageSum): z.output<typeof usageRow> {
  return { ...rest, input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: usd(costMicroUsd) };
}

export function toBudgetRow(status: BudgetStatus): z.output<typeof usageObject>['budgets'][number] {
  return {
    tenant: status.tenant,
    key: status.owner.kind === 'key' ? status.owner.name : null,
    period: status.period,
    limit_usd: usd(status.limitMicroUsd),
    spent_usd: usd(status.spentMicroUsd),
    reserved_usd: usd(status.reservedMicroUsd),
    renews_at: toUnixSeconds(status.renewsAt),
  };
}
