/**
 * Faults against the real processes: `npm run chaos [-- --short] [--seed N] [--only WORD]`.
 * Ends with `N passed, N failed`; the exit code is 1 when a check failed.
 */
import { parseArgs } from 'node:util';
import { type Check, holds, toTable } from './check.ts';
import { stopEverything } from './cluster/cluster.ts';
import type { Scenario } from './scenario.ts';
import { auditLogPostgres, auditLogSqlite } from './scenarios/audit-log.ts';
import { diskFull, postgresAway } from './scenarios/database-refuses.ts';
import { killNineApart, killNineEmbedded } from './scenarios/kill-nine.ts';
import { redisAway } from './scenarios/redis-away.ts';
import { temporalAway } from './scenarios/temporal-away.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
  },
});

const scenarios: Scenario[] = [
  killNineApart,
  killNineEmbedded,
  temporalAway,
  redisAway,
  diskFull,
  postgresAway,
  auditLogSqlite,
  auditLogPostgres,
];
const limitMs = values.short ? 300_000 : 1_200_000;
const startedAtMs = Date.now();
const say = (line: string): void => {
  process.stdout.write(`[${((Date.now() - startedAtMs) / 1_000).toFixed(0).padStart(4)} s] ${line}\n`);
};

const cutShort = (why: string): void => {
  say(why);
  void stopEverything().finally(() => process.exit(1));
};
setTimeout(() => cutShort(`not done after ${limitMs / 1_000} s`), limitMs).unref();
process.once('SIGINT', () => cutShort('interrupted'));
process.once('SIGTERM', () => cutShort('ended'));

const checks: Check[] = [];
for (const scenario of scenarios.filter(({ name }) => name.includes(values.only))) {
  say(scenario.name);
  const results = await scenario
    .run({
      seed: Number(values.seed),
      short: values.short,
      say: (line) => say(`  ${line}`),
    })
    .catch((error: unknown): Check[] => [holds('the scenario', 'runs to its end', String(error), false)]);
  process.stdout.write(`\n${toTable(results)}\n\n`);
  checks.push(...results);
}

const passed = checks.filter(({ verdict }) => verdict === 'pass').length;
const failed = checks.filter(({ verdict }) => verdict === 'FAIL').length;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
// Clients of a story that broke off may still be waiting.
process.exit(failed === 0 && passed > 0 ? 0 : 1);
