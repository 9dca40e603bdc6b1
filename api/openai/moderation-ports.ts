import type { Principal } from '../../domain/principal.ts';
import type { Moderation } from '../../domain/privacy/moderation.ts';

export interface ModerationPorts {
  /** Judges each text by itself, with what the tenant's policy adds to the shipped categories. */
  moderate(principal: Principal, texts: readonly string[]): Promise<Moderation[]>;
}
