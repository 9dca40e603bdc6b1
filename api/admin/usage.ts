import { z } from 'zod';
import { periodStartMs } from '../../domain/budget/budget.ts';
import { operatorTenant } from '../../domain/principal.ts';
import { type UsageGroup, usageGroups } from '../../platform/store/ledger-contract.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import { usageCsv } from './usage-csv.ts';
import { toBudgetRow, toUnixSeconds, toUsageRow, usageObject, usageQuery } from './usage-object.ts';

function inQuery(name: string, description: string): ParameterDoc {
  return { name, in: 'query', description, schema: z.string() };
}

/** What is asked for; a caller of another tenant than the operator's sees its own only. */
function questionOf({ req, principal }: SignedInExchange) {
  const query = usageQuery.safeParse(req.query);
  if (!query.success) throw invalidField(query.error);
  const { from, to, group_by: groups, tenant, format } = query.data;
  const visible = principal.tenant === operatorTenant ? tenant : principal.tenant;
  return {
    format: format ?? (req.accepts(['json', 'text/csv']) === 'text/csv' ? 'csv' : 'json'),
    nobody: tenant !== undefined && visible !== tenant,
    question: {
      from: from ?? new Date(periodStartMs('month', Date.now())),
      to: to ?? new Date(),
      groups: groups ? [...new Set(groups)] : usageGroups,
      ...(visible !== undefined && { tenant: visible }),
    },
  };
}

async function answerUsage(exchange: SignedInExchange): Promise<void> {
  const { res, ports } = exchange;
  const { format, nobody, question } = questionOf(exchange);
  // Another tenant's usage is none, as is that of a tenant that does not exist.
  const asked = nobody ? { ...question, from: question.to } : question;
  const { sums, total } = await ports.usage(asked);
  const groups: UsageGroup[] = [...question.groups];
  if (format === 'csv') {
    res.type('text/csv').send(usageCsv(groups, sums));
    return;
  }
  const budgets = nobody ? [] : await ports.budgets(question.tenant);
  const { cost_usd: totalUsd, ...totals } = toUsageRow(total);
  const answer: z.output<typeof usageObject> = {
    object: 'gateway.usage',
    from: toUnixSeconds(question.from),
    to: toUnixSeconds(question.to),
    group_by: groups,
    total_usd: totalUsd,
    total_requests: totals.requests,
    total_input_tokens: totals.input_tokens,
    total_output_tokens: totals.output_tokens,
    data: sums.map(toUsageRow),
    budgets: budgets.map(toBudgetRow),
  };
  res.json(answer);
}

/** `GET /admin/usage`. */
export const usageRoute: Route = {
  method: 'get',
  path: '/admin/usage',
  access: 'key',
  scopes: ['operator', 'admin'],
  doc: {
    summary: 'What ended requests have cost, and how budgets stand; as CSV with Accept: text/csv or format=csv',
    tag: 'operations',
    parameters: [
      inQuery('from', 'Requests that ended from this time on, in ISO 8601 or Unix seconds; this month where absent'),
      inQuery('to', 'Requests that ended before this time; until now where absent'),
      inQuery('group_by', `Comma-separated: ${usageGroups.join(', ')}; all of them where absent`),
      inQuery('tenant', 'Only of this tenant'),
      inQuery('format', 'json or csv'),
    ],
    responses: { 200: { description: 'Sums', schema: usageObject } },
  },
  handle: answerUsage,
};
