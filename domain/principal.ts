import type { Budget } from './budget/budget.ts';
import type { RateLimits } from './edge.ts';

export const scopes = ['inference', 'operator', 'admin', 'audit'] as const;

/** What a key or a token may do; each route names those that open it. */
export type Scope = (typeof scopes)[number];

export function isScope(word: string): word is Scope {
  return scopes.some((scope) => scope === word);
}

/** The tenant of the first key. Its admins administer all tenants; those of another tenant, only their own. */
export const operatorTenant = 'default';

/** Who calls: an API key or a JWT subject, and the tenant whose data and money it may use. */
export interface Principal {
  /** The same for one key or one subject of one issuer for ever, and for no other. */
  id: string;
  tenant: string;
  scopes: readonly Scope[];
  /** Address that it calls from; left out where nothing calls. */
  ip?: string;
  /** Aliases and deployments it may name. Left out: all. */
  models?: readonly string[];
  limits?: RateLimits;
  /** Its own, beside those of its tenant; each must have room. */
  budgets?: readonly Budget[];
}

/** True where an admin may see and change what belongs to `tenant`. What it may not is not there for it: 404. */
export function administers(admin: Principal, tenant: string): boolean {
  return admin.tenant === operatorTenant || admin.tenant === tenant;
}
