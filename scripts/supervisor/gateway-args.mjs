import path from 'node:path';
import { REPO_DIR } from '../bootstrap/paths.mjs';

/** Arguments of Node for the gateway's own process. */
export const GATEWAY_ARGS = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  path.join(REPO_DIR, 'platform/temporal/unwatched-vm.mjs'),
  path.join(REPO_DIR, 'workers/main.ts'),
];
