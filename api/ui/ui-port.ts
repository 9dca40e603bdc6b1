import type { Sessions } from './sessions-port.ts';

/** What pages for operators need. */
export interface OperatorPages {
  sessions: Sessions;
  /** Origins, besides our own, whose pages may use the codec: a Temporal UI that is served elsewhere. */
  origins: ReadonlySet<string>;
  /** Where the Temporal UI listens, without a path; undefined where this gateway does not know one. */
  temporalUi?: string;
}
