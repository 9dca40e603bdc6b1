/** `npm run check`: types, lint, format and unused code; says what failed and exits with 1. */
import { spawnSync } from 'node:child_process';

/** @type {[name: string, program: string, args: string[]][]} */
const checks = [
  ['types', 'tsc', ['--noEmit', '--project', '.']],
  ['lint', 'oxlint', ['--type-aware', '--quiet', '.']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['unused', 'knip', ['--no-progress']],
];

const failed = checks.filter(([, program, args]) => spawnSync(program, args, { stdio: 'inherit' }).status !== 0);
for (const [name] of checks) {
  console.log(`${failed.some(([failedName]) => failedName === name) ? 'FAILED' : 'ok    '} ${name}`);
}
process.exit(failed.length === 0 ? 0 : 1);
