/** What a request really cost, beside its worst case, in micro-USD. */
export interface EndedRequest {
  worstMicroUsd: number;
  costMicroUsd: number;
}

const remembered = 32;

/** What the last requests of each kind have cost, as a share of their worst cases. Kinds are few: names of the file. */
export class SpendingExperience {
  readonly #recent = new Map<string, EndedRequest[]>();

  learn(kind: string, ended: EndedRequest): void {
    if (ended.costMicroUsd <= 0 || ended.worstMicroUsd <= 0) return;
    const recent = this.#recent.get(kind) ?? [];
    this.#recent.set(kind, [...recent, ended].slice(-remembered));
  }

  /** What the dearest of them, with this worst case, would have cost; undefined until one has ended. */
  expectedMicroUsd(kind: string, worstMicroUsd: number): number | undefined {
    const recent = this.#recent.get(kind);
    if (!recent) return undefined;
    const shares = recent.map((ended) => scaled(ended, worstMicroUsd));
    return Number(shares.reduce((most, share) => (share > most ? share : most)));
  }
}

/** Rounded up; exact for requests that are alike, however large the numbers. */
function scaled(ended: EndedRequest, worstMicroUsd: number): bigint {
  const of = BigInt(ended.worstMicroUsd);
  return (BigInt(worstMicroUsd) * BigInt(ended.costMicroUsd) + of - 1n) / of;
}
