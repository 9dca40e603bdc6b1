/** When a request was sent to which deployment; times in ms from the beginning. */
export interface SentRequest {
  atMs: number;
  deployment: string;
}

/** From when on a deployment was slow or bad, and when it was well again. */
export interface Trouble {
  fromMs: number;
  untilMs: number;
}

/** Share of the traffic (0 to 1) that went to a deployment in one window. */
export interface Share {
  fromMs: number;
  share: number;
  /** Requests that went there. */
  own: number;
}

export const windowMs = 500;
/** One probe at a time goes there even while it is out. */
const lostRequests = 1;
const backShare = 0.9;
/** Back is who has its share for so many windows: later on, a busy machine may look like another trouble. */
const steadyWindows = 6;

/** The deployment's share of each window until `endMs`. Windows without a request are left out. */
export function sharesOf(deployment: string, sent: readonly SentRequest[], endMs: number): Share[] {
  const windows = Array.from({ length: Math.ceil(endMs / windowMs) }, (_, index) => index * windowMs);
  return windows.flatMap((fromMs) => {
    const inside = sent.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + windowMs);
    if (inside.length === 0) return [];
    const own = inside.filter((request) => request.deployment === deployment).length;
    return [{ fromMs, share: own / inside.length, own }];
  });
}

/**
 * How long it took from the beginning of the trouble until the deployment had lost its traffic for the rest of it, and
 * from its end until it had its traffic back, in ms; undefined where that did not happen before `nextMs`.
 */
export function shiftTimes(
  shares: readonly Share[],
  { fromMs, untilMs }: Trouble,
  nextMs: number,
): { lostAfterMs: number | undefined; backAfterMs: number | undefined } {
  const during = shares.filter((each) => each.fromMs >= fromMs && each.fromMs + windowMs <= untilMs);
  const after = shares.filter((each) => each.fromMs >= untilMs && each.fromMs + windowMs <= nextMs);
  const lostAt = firstOfRest(during, ({ own }) => own <= lostRequests);
  const backAt = after.find((_, index) => {
    const next = after.slice(index, index + steadyWindows);
    return next.length === steadyWindows && next.every(({ share }) => share >= backShare);
  });
  return {
    lostAfterMs: lostAt === undefined ? undefined : lostAt - fromMs,
    backAfterMs: backAt === undefined ? undefined : backAt.fromMs - untilMs,
  };
}

/** Beginning of the first window from which on all windows are so. */
function firstOfRest(windows: readonly Share[], isSo: (window: Share) => boolean): number | undefined {
  const last = windows.findLastIndex((window) => !isSo(window));
  return windows[last + 1]?.fromMs;
}
