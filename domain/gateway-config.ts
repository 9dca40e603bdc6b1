import type { Budget } from './budget/budget.ts';
import type { CacheSettings } from './cache/cache-options.ts';
import type { Verifier } from './cascade/plan.ts';
import type { Deployment } from './deployment.ts';
import type { EdgeRules, RateLimits } from './edge.ts';
import type { HedgePolicy } from './hedge.ts';
import type { JwtIssuer } from './jwt-issuer.ts';
import type { ContentRules } from './privacy/content-rules.ts';
import type { Strategy } from './routing/rank.ts';

/** A public model name that stands for deployments. */
export interface Alias {
  name: string;
  /** Names of deployments, in the operator's order. */
  deployments: readonly string[];
  /** Left out: `ordered`, or `balanced` for a request that weighs cost, latency and quality itself. */
  strategy?: Strategy;
  /** Of strategy `cascade`. */
  cascade?: CascadePolicy;
  hedge?: HedgePolicy;
}

/** How an alias of strategy `cascade` climbs. */
export interface CascadePolicy {
  verifier: Verifier;
  /** A deployment thought less likely than this to answer a prompt well does not draft it. */
  minQuality: number;
}

/** What a tenant's traffic must obey. */
export interface Policy {
  name: string;
  /** Only deployments of providers with `local: true`. */
  localOnly: boolean;
  /** What is done about what requests and answers say; absent where they pass as they are. */
  content?: ContentRules;
}

export interface Tenant {
  name: string;
  policy: string;
  /** 1 goes before 2, and so on to 5, where requests wait for a place. */
  priority: number;
  /** Share of the places among tenants of one priority. */
  weight: number;
  /** Ranges of addresses its callers may come from. Left out: all. */
  allowIps?: readonly string[];
  /** Of all its callers together. */
  limits?: RateLimits;
  /** Of all its callers together; each must have room. Left out: spending has no limit. */
  budgets?: readonly Budget[];
}

/** How much is worked on at a time, in one process. */
export interface AdmissionLimits {
  /** Estimated, of prompts and answers together. */
  maxTokensInFlight: number;
  /** Requests that wait for a place; more are told to come back. */
  maxQueued: number;
  maxWaitMs: number;
}

/** The validated configuration file (or what stands in for it), with every reference resolved. */
export interface GatewayConfig {
  deployments: ReadonlyMap<string, Deployment>;
  /** Deployments of earlier files, for the requests that were routed to them. */
  retired?: ReadonlyMap<string, Deployment>;
  aliases: ReadonlyMap<string, Alias>;
  policies: ReadonlyMap<string, Policy>;
  tenants: ReadonlyMap<string, Tenant>;
  edge: EdgeRules;
  cache: CacheSettings;
  admission: AdmissionLimits;
  auth: { jwt: readonly JwtIssuer[] };
  /** What the operator wrote and this version does not do; printed at start. */
  warnings: readonly string[];
}

/** The deployment that a routed request means, also where a later file no longer has it. */
export function routedDeployment({ deployments, retired }: GatewayConfig, name: string): Deployment | undefined {
  return deployments.get(name) ?? retired?.get(name);
}
