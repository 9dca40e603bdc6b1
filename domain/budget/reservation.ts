/** A budget as it stands in its present period, in micro-USD. */
export interface Account {
  limitMicroUsd: number;
  spentMicroUsd: number;
  /** Set aside for requests under way. */
  reservedMicroUsd: number;
  /** How many those are. */
  openRequests: number;
}

/** What a request may cost, in micro-USD. */
export interface CostEstimate {
  /** The most, by estimate; not 0. */
  worstMicroUsd: number;
  /** What an answer of predicted length costs. */
  predictedMicroUsd: number;
  /** What it costs at the least: its input and a token, or all of it where the client said how long an answer may be. */
  leastMicroUsd: number;
  /** The most by what requests of its kind have really cost lately; absent until one has ended. */
  experiencedMicroUsd?: number;
}

export type ReservationPlan =
  /** Holds only where each account still has fewer open requests than `maxOpenRequests` at its place. */
  | { kind: 'reserve'; amountMicroUsd: number; maxOpenRequests: number[] }
  /** Requests under way hold what this one needs, and will give some of it back. */
  | { kind: 'wait' }
  /** What the account at this place has left does not pay for the request, whatever the others give back. */
  | { kind: 'refuse'; account: number };

/**
 * Until one request has shown what its kind costs, so many run at a time, or as many as would fit if each cost so many
 * times its worst case: a provider that counts more than the estimate must not empty a budget several times over.
 */
const unprovenRequests = 16;
/** Share of an answer's expected cost that is set aside where the worst case no longer fits. */
const provenSlice = 4;
const unprovenSlice = 16;

/** How much to set aside first of all, where it is not known yet how the accounts stand. */
export function firstPlan(accounts: number, estimate: CostEstimate): ReservationPlan & { kind: 'reserve' } {
  const { worstMicroUsd, experiencedMicroUsd } = estimate;
  const maxOpen = experiencedMicroUsd === undefined ? unprovenRequests : Number.MAX_SAFE_INTEGER;
  return {
    kind: 'reserve',
    amountMicroUsd: Math.max(worstMicroUsd, experiencedMicroUsd ?? 0),
    maxOpenRequests: Array.from({ length: accounts }, () => maxOpen),
  };
}

/**
 * What to do with a request, given all accounts that must pay for it (docs/adr/0011). Whoever is let in with less than
 * its worst case must not be answered at greater length than the amount pays for.
 */
export function planReservation(accounts: readonly Account[], estimate: CostEstimate): ReservationPlan {
  const { predictedMicroUsd, leastMicroUsd, experiencedMicroUsd } = estimate;
  const wanted = firstPlan(accounts.length, estimate).amountMicroUsd;
  const least = experiencedMicroUsd ?? leastMicroUsd;
  const tooSmall = accounts.findIndex((account) => account.spentMicroUsd + least > account.limitMicroUsd);
  if (tooSmall >= 0) return { kind: 'refuse', account: tooSmall };

  const left = Math.min(...accounts.map(leftOf));
  const maxOpen =
    experiencedMicroUsd === undefined
      ? Math.max(unprovenRequests, Math.floor(left / wanted / unprovenRequests))
      : Number.MAX_SAFE_INTEGER;
  const mayOpen = accounts.every(({ openRequests }) => openRequests < maxOpen);
  const maxOpenRequests = accounts.map(() => maxOpen);
  if (wanted <= left && mayOpen) return { kind: 'reserve', amountMicroUsd: wanted, maxOpenRequests };
  const slice =
    experiencedMicroUsd === undefined ? unprovenSlice * predictedMicroUsd : provenSlice * experiencedMicroUsd;
  if (slice < wanted && slice <= left && mayOpen) return { kind: 'reserve', amountMicroUsd: slice, maxOpenRequests };

  // The last ones go one by one, so that each has all that is left.
  const isScarce = (account: Account) => leftOf(account) < wanted;
  if (left >= least && mayOpen && accounts.every((account) => !isScarce(account) || account.openRequests === 0)) {
    const oneByOne = accounts.map((account) => (isScarce(account) ? 1 : maxOpen));
    return { kind: 'reserve', amountMicroUsd: Math.min(left, wanted), maxOpenRequests: oneByOne };
  }
  return { kind: 'wait' };
}

function leftOf({ limitMicroUsd, spentMicroUsd, reservedMicroUsd }: Account): number {
  return limitMicroUsd - spentMicroUsd - reservedMicroUsd;
}
