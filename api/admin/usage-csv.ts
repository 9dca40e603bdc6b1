import type { UsageGroup, UsageSum } from '../../platform/store/ledger-contract.ts';

/** Sums as a table, one line each under a line of names. Source of the format: RFC 4180. */
export function usageCsv(groups: readonly UsageGroup[], sums: readonly UsageSum[]): string {
  const head = [...groups, 'requests', 'attempts', 'input_tokens', 'output_tokens', 'cost_usd'];
  const lines = sums.map((sum) => [
    ...groups.map((group) => textCell(sum[group] ?? '')),
    sum.requests,
    sum.attempts,
    sum.inputTokens,
    sum.outputTokens,
    (sum.costMicroUsd / 1_000_000).toFixed(6),
  ]);
  return [head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** A table program would take a name that begins so for a formula. */
const formula = /^[=+\-@\t\r]/;

function textCell(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
