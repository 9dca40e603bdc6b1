import type { RateLimits } from './edge.ts';

/** What a key or a token may do; each route names those that open it. */
export type Scope = 'inference' | 'operator' | 'admin' | 'audit';

/** Who calls: an API key or a JWT subject, and the tenant whose data and money it may use. */
export interface Principal {
  /** The same for one key or one subject of one issuer for ever, and for no other. */
  id: string;
  tenant: string;
  scopes: readonly Scope[];
  /** Aliases and deployments it may name. Left out: all. */
  models?: readonly string[];
  limits?: RateLimits;
}
