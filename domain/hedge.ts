/** How an alias hedges: a second deployment is called where the first one's answer is late to begin. */
export interface HedgePolicy {
  /** From the call to the first token of a stream, or to a whole answer. */
  afterMs: number;
  /** Most second calls, as a share of the alias' requests. */
  maxShare: number;
  /** Most that a second call may cost. */
  maxExtraCostMicroUsd?: number;
}

/** How one request is hedged. */
export interface HedgePlan extends HedgePolicy {
  /** Those that may be called second, best first. */
  deployments: string[];
}

/** Who is called second beside `deployment`; undefined where nobody is left. */
export function secondFor(
  { deployments }: HedgePlan,
  deployment: string,
  tried: readonly string[],
  allowed: readonly string[],
): string | undefined {
  return deployments.find((name) => name !== deployment && !tried.includes(name) && allowed.includes(name));
}
