import type { ProbeResult } from '../../activities/probe-deployment.ts';
import type { ProbeCall } from '../../domain/deployment.ts';
import type { LiveState } from '../../domain/routing/candidate.ts';
import type { ErrorCounts } from '../../domain/routing/figures.ts';

/** A deployment, and what is known of it now. */
export interface DeploymentStatus {
  name: string;
  /** The provider's name in the configuration. */
  provider: string;
  model: string;
  local: boolean;
  live: LiveState;
  errors: ErrorCounts;
}

/** What operators do with deployments. All of it takes effect in every process. */
export interface DeploymentAdministration {
  /** In the order of the configuration. */
  list(): DeploymentStatus[];
  /**
   * Takes it out of or back into routing, durably; requests that are there already finish. Idempotent.
   * @throws GatewayError `not_found`; `not_ready` where it could not be written down.
   */
  setDrained(name: string, drained: boolean): Promise<DeploymentStatus>;
  /**
   * Calls the deployment once, whatever its state. What is left out: `chat` for a local one, else `models`.
   * @throws GatewayError `not_found`.
   */
  probe(name: string, call?: ProbeCall): Promise<{ status: DeploymentStatus; result: ProbeResult }>;
}
