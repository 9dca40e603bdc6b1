import type { Budget } from '../../domain/budget/budget.ts';
import type { RateLimits } from '../../domain/edge.ts';
import type { Scope } from '../../domain/principal.ts';

/** What an admin decides about a key. What is left out does not restrict it. */
export interface ApiKeyTerms {
  name: string;
  scopes: readonly Scope[];
  /** Aliases and deployments that it may name. */
  models?: readonly string[];
  /** Ranges of addresses that it works from. */
  allowedIps?: readonly string[];
  limits?: RateLimits;
  budgets?: readonly Budget[];
  expiresAt?: Date;
}

/** Terms to change: null takes a restriction away, what is left out stays. */
export type ApiKeyChanges = {
  [Term in keyof ApiKeyTerms]?: ApiKeyTerms[Term] | (undefined extends ApiKeyTerms[Term] ? null : never);
};

export interface NewApiKey extends ApiKeyTerms {
  id: string;
  tenant: string;
  /** Id of the principal that made it. */
  createdBy: string;
  createdAt: Date;
}

/** All of a secret that is kept: enough to recognise it, not to rebuild it. */
export interface SecretRecord {
  /** The open part at the beginning of the key, by which its row is found. */
  lookup: string;
  salt: Uint8Array;
  hash: Uint8Array;
}

/** A secret as admins see it. */
interface SecretSummary {
  lookup: string;
  createdAt: Date;
  /** Set once a newer secret has taken its place. */
  expiresAt?: Date;
}

export interface ApiKeyRecord extends NewApiKey {
  /** To the minute. */
  lastUsedAt?: Date;
  /** Newest first; those past their end may be among them. */
  secrets: SecretSummary[];
}

/** What judging a shown key needs. */
export interface FoundSecret extends SecretRecord {
  /** When a newer secret takes over for good. */
  secretExpiresAt?: Date;
  key: Omit<ApiKeyRecord, 'secrets'>;
}

export interface ApiKeyStore {
  create(key: NewApiKey, secret: SecretRecord): Promise<void>;
  /** Newest first; of every tenant where none is named. */
  list(tenant?: string): Promise<ApiKeyRecord[]>;
  get(id: string): Promise<ApiKeyRecord | undefined>;
  /** Changes the terms that are named; false where there is no such key. */
  change(id: string, changes: ApiKeyChanges): Promise<boolean>;
  /** Adds a secret. Those before it end at `previousEndAt`, or sooner where that was said; false for an unknown key. */
  addSecret(id: string, secret: SecretRecord, at: { createdAt: Date; previousEndAt: Date }): Promise<boolean>;
  /** Deletes the key and its secrets; false where there is none. */
  delete(id: string): Promise<boolean>;
  find(lookup: string): Promise<FoundSecret | undefined>;
  /** The key was used. Written only where the last use on record is a minute old. */
  touch(id: string, usedAt: Date): Promise<void>;
}
