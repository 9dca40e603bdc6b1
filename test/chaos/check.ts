/** One line of a scenario's verdict. */
export interface Check {
  what: string;
  expected: string;
  seen: string;
  verdict: 'pass' | 'FAIL' | 'skip';
  /** What was wrong, a few cases. */
  examples?: string[];
}

/** Passes where nothing violates the rule; `among` says how many things were looked at. */
export function noneViolates(what: string, expected: string, among: number, violations: readonly string[]): Check {
  const seen = `${violations.length} violations among ${among}`;
  if (violations.length === 0) return { what, expected, seen, verdict: 'pass' };
  return { what, expected, seen, verdict: 'FAIL', examples: violations.slice(0, 5) };
}

export function holds(what: string, expected: string, seen: string | number, verdict: boolean): Check {
  return { what, expected, seen: String(seen), verdict: verdict ? 'pass' : 'FAIL' };
}

export function skipped(what: string, reason: string): Check {
  return { what, expected: '', seen: reason, verdict: 'skip' };
}

/** The checks as a table of plain text. */
export function toTable(checks: readonly Check[]): string {
  const rows = [
    ['what', 'expected', 'seen', 'verdict'],
    ...checks.map(({ what, expected, seen, verdict }) => [what, expected, seen, verdict]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('-|-'));
  const examples = checks.flatMap(({ what, examples: cases = [] }) => cases.map((text) => `  ${what}: ${text}`));
  return [...lines, ...examples].join('\n');
}
