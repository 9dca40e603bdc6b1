export const cacheModes = ['off', 'exact', 'semantic'] as const;

/** `exact`: an equal request gets the kept answer. `semantic`: one that asks the same in other words gets it too. */
export type CacheMode = (typeof cacheModes)[number];

/** Longest time for which an answer may be kept. */
export const maxTtlSeconds = 30 * 86_400;

/** How one request uses kept answers. */
export interface CacheUse {
  mode: Exclude<CacheMode, 'off'>;
  /** For how long its answer may be given again. */
  ttlSeconds: number;
  /** For `semantic`: how alike the wording of two questions of the same core must be at least, 0 to 1. */
  threshold: number;
  /** sha256 (hex) of all that decides who may answer and how: policies and deployments. */
  scope: string;
}

/** The operator's settings: what holds for requests that do not say. */
export interface CacheSettings {
  mode: CacheMode;
  ttlSeconds: number;
  threshold: number;
}
