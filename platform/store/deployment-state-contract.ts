import type { Figures } from '../../domain/routing/figures.ts';

/** What was kept of a deployment. */
export interface KeptDeployment {
  name: string;
  /** Absent where nothing was learned yet, or by a version that kept it otherwise. */
  figures?: Figures;
  drained: boolean;
}

/** What must be known of deployments after a restart. Statistics may be seconds old, drains never are. */
export interface DeploymentStateStore {
  read(): Promise<KeptDeployment[]>;
  /** Names of the drained deployments. */
  drained(): Promise<string[]>;
  /** Replaces what was kept of these deployments. */
  keep(states: readonly (readonly [name: string, figures: Figures])[], at: Date): Promise<void>;
  /** Durable when it resolves. Idempotent. */
  setDrained(name: string, drained: boolean, at: Date): Promise<void>;
}
