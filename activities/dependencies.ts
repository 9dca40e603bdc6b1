import type { GatewayConfig } from '../domain/gateway-config.ts';
import type { ProviderKind } from '../domain/deployment.ts';
import type { Artifacts } from '../platform/artifacts/contract.ts';
import type { StreamHub } from '../platform/hub/contract.ts';
import type { Logger } from '../platform/logger.ts';
import type { UrlGuard } from '../platform/net/url-guard.ts';
import type { Store } from '../platform/store/contract.ts';
import type { ChatAdapter } from '../providers/contract.ts';
import type { BudgetDesk } from './budget-desk.ts';
import type { ContentGuards } from './content-guards.ts';
import type { DeploymentLimits } from './deployment-limits.ts';
import type { HedgeBudget } from './hedge-budget.ts';
import type { LiveStats } from './live-stats.ts';
import type { Router } from './router.ts';

/** What the steps work with; made once per process by workers/main.ts. */
export interface Dependencies {
  /** The configuration in force now. */
  config: () => GatewayConfig;
  store: Store;
  hub: StreamHub;
  artifacts: Artifacts;
  adapterFor: (kind: ProviderKind) => ChatAdapter;
  guards: ContentGuards;
  budgets: BudgetDesk;
  limits: DeploymentLimits;
  urlGuard: UrlGuard;
  hedges: HedgeBudget;
  live: LiveStats;
  router: Router;
  logger: Logger;
  metrics: StepMetrics;
}

/** Counters of the steps; labels are names of the configuration and of the closed error union, never content. */
interface StepMetrics {
  attemptEnded(labels: { deployment: string; outcome: string; errorType?: string }, latencyMs: number): void;
  firstToken(labels: { deployment: string }, latencyMs: number): void;
  requestSettled(labels: { tenant: string; alias: string; outcome: string }): void;
}
