import type { ContentGuards } from '../../activities/content-guards.ts';
import type { BudgetDesk } from '../../activities/budget-desk.ts';
import type { LiveStats } from '../../activities/live-stats.ts';
import type { Router } from '../../activities/router.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import type { Artifacts } from '../../platform/artifacts/contract.ts';
import type { StreamHub } from '../../platform/hub/contract.ts';
import type { Logger } from '../../platform/logger.ts';
import type { UrlGuard } from '../../platform/net/url-guard.ts';
import type { Store } from '../../platform/store/contract.ts';
import type { TemporalConnections } from '../../platform/temporal/connect.ts';
import type { Admission } from './admission.ts';

/** What accepting and steering requests needs; made once per process by workers/main.ts. */
export interface RequestServices {
  config: () => GatewayConfig;
  store: Store;
  hub: StreamHub;
  artifacts: Artifacts;
  temporal: Pick<TemporalConnections, 'native' | 'starter' | 'operator'>;
  namespace: string;
  admission: Admission;
  live: LiveStats;
  router: Router;
  budgets: BudgetDesk;
  guards: ContentGuards;
  urlGuard: UrlGuard;
  logger: Logger;
}
