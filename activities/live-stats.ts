import { GatewayError, type GatewayErrorType } from '../domain/errors.ts';
import { estimateTokens } from '../domain/estimate-tokens.ts';
import type { ChatCompletion } from '../domain/chat.ts';
import { breakerBeforeCall, type CallVerdict } from '../domain/routing/breaker.ts';
import type { LiveState } from '../domain/routing/candidate.ts';
import type { RoutingDecision } from '../domain/routing/decision.ts';
import {
  afterBeginning,
  afterCall,
  afterQuota,
  type CallReport,
  type ErrorCounts,
  type Figures,
  learnedState,
  type ReportedQuota,
} from '../domain/routing/figures.ts';
import { withValue } from '../domain/routing/moving-average.ts';
import { lateAfterMs } from '../domain/routing/slowness.ts';
import type { StreamedAnswer } from './attempt-call.ts';
import {
  callsLastMinute,
  countBegun,
  type KnownDeployment,
  type RunningCall,
  unknownDeployment,
} from './known-deployment.ts';

/** What is known of the deployments: what this process sees while it calls them, and what others tell it. */
export interface LiveStats {
  /** For a request that may go there. */
  of(deployment: string): LiveState;
  /** For whoever only looks. */
  peek(deployment: string): LiveState;
  errorsOf(deployment: string): ErrorCounts;
  /** Calls under way and begun within a minute, in all processes. */
  load(deployment: string): { inFlight: number; callsLastMinute: number };
  isDrained(deployment: string): boolean;
  /** How long a call may go on before it is late, in ms; undefined where too little is known of the deployment. */
  lateAfterMs(deployment: string, call: Pick<WatchedCall, 'stream' | 'maxTokens'>): number | undefined;
  /** A request goes to the first of the order: it is the probe of a half-open one, and counts for a recovering one. */
  routed(decision: Pick<RoutingDecision, 'ranked' | 'excluded' | 'order'>): void;
  /** Does one call and learns from how it goes. `streamed` is filled by the call, where it streams. */
  watch<T extends { completion: ChatCompletion }>(
    deployment: string,
    call: WatchedCall,
    work: () => Promise<T>,
  ): Promise<T>;
  /** Does a call that says something of the provider and its key, and nothing of the model. */
  watchKey<T>(deployment: string, work: () => Promise<T>): Promise<T>;
  /** What the headers of an answer said of the provider's limits. */
  learnQuota(deployment: string, quota: ReportedQuota): void;
}

export interface WatchedCall {
  stream: boolean;
  streamed: StreamedAnswer;
  /** The longest answer that was asked for. */
  maxTokens?: number;
  /** Made to find out: its success brings back even a deployment whose breaker is open. */
  isProof?: boolean;
}

/** Told of all that happens here, to pass it on to other processes. */
export interface LiveListener {
  begun(deployment: string): void;
  reported(deployment: string, report: CallReport): void;
  quota(deployment: string, quota: ReportedQuota): void;
  probing(deployment: string, leaseMs: number): void;
}

/** Errors that say something of the deployment; a success is `alive`, every other error `silent`. */
const outcomes: Partial<Record<GatewayErrorType, Exclude<CallVerdict, 'slow'>>> = {
  provider_unavailable: 'failed',
  provider_unreachable: 'failed',
  provider_timeout: 'failed',
  provider_protocol: 'failed',
  provider_interrupted: 'failed',
  provider_auth: 'refused_key',
  provider_rejected: 'alive',
};
/** A process that was not heard of for so long has no calls under way. */
const peerSilenceMs = 5_000;

/** The live state as one process keeps it; `LiveStats` is the part of it that routing and calls need. */
export class LivePool implements LiveStats {
  readonly #now: () => number;
  readonly #known = new Map<string, KnownDeployment>();
  readonly #peers = new Map<string, { heardAtMs: number; inFlight: Record<string, number> }>();
  readonly #listeners: LiveListener[] = [];
  /** Whether a half-open deployment's probe has to be claimed among several processes first. */
  #shared = false;

  /** @param now milliseconds since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return this.#now();
  }

  of(name: string): LiveState {
    this.#of(name).askedAtMs = this.#now();
    return this.peek(name);
  }

  peek(name: string): LiveState {
    const known = this.#of(name);
    const nowMs = this.#now();
    const state = { ...learnedState(known.figures, nowMs), ...this.load(name), drained: known.drained };
    return { ...state, ...this.#lateness(known, nowMs), breaker: this.#breaker(known, state.breaker, nowMs) };
  }

  errorsOf(name: string): ErrorCounts {
    return this.#known.get(name)?.figures.errors ?? {};
  }

  load(name: string): { inFlight: number; callsLastMinute: number } {
    const known = this.#of(name);
    const nowMs = this.#now();
    let inFlight = known.running.size;
    for (const peer of this.#peers.values()) {
      if (nowMs - peer.heardAtMs < peerSilenceMs) inFlight += peer.inFlight[name] ?? 0;
    }
    return { inFlight, callsLastMinute: callsLastMinute(known, nowMs) };
  }

  isDrained(name: string): boolean {
    return this.#known.get(name)?.drained ?? false;
  }

  lateAfterMs(name: string, call: Pick<WatchedCall, 'stream' | 'maxTokens'>): number | undefined {
    return lateAfterMs(this.#of(name).figures, call, this.#now());
  }

  routed({ ranked, excluded, order }: Pick<RoutingDecision, 'ranked' | 'excluded' | 'order'>): void {
    const heldBack = excluded.filter(({ reasons }) => reasons.every(({ reason }) => reason === 'recovering'));
    const [first] = order;
    for (const { deployment } of [...ranked, ...heldBack]) this.#countInRamp(deployment, deployment === first);
    if (first === undefined) return;
    this.#beginProbe(first);
  }

  async watch<T extends { completion: ChatCompletion }>(
    name: string,
    call: WatchedCall,
    work: () => Promise<T>,
  ): Promise<T> {
    const known = this.#of(name);
    const running: RunningCall = { ...call, startedAtMs: this.#now(), wasLate: false };
    known.running.add(running);
    countBegun(known, running.startedAtMs);
    known.figures = afterBeginning(known.figures);
    this.#beginProbe(name);
    for (const listener of this.#listeners) listener.begun(name);
    try {
      const answer = await work();
      known.running.delete(running);
      this.#report(name, running, { outcome: 'alive', ...lengthOf(answer.completion, call) });
      return answer;
    } catch (error) {
      known.running.delete(running);
      this.#report(name, running, failureOf(error));
      throw error;
    }
  }

  async watchKey<T>(name: string, work: () => Promise<T>): Promise<T> {
    const call = { stream: false, streamed: { ownText: '' }, startedAtMs: this.#now(), wasLate: false };
    try {
      const answer = await work();
      const { breaker } = this.peek(name);
      const mended = breaker.state === 'open' && breaker.reason === 'key_refused';
      if (mended) this.#report(name, { ...call, isProof: true }, { outcome: 'alive' });
      return answer;
    } catch (error) {
      this.#report(name, call, failureOf(error));
      throw error;
    }
  }

  learnQuota(name: string, quota: ReportedQuota): void {
    this.hearQuota(name, quota);
    for (const listener of this.#listeners) listener.quota(name, quota);
  }

  /** Counts calls that should have shown a sign of life by now, once each. */
  noticeLateCalls(): void {
    const nowMs = this.#now();
    for (const [name, known] of this.#known) {
      for (const running of known.running) {
        if (running.wasLate || running.streamed.firstTokenAtMs !== undefined) continue;
        const patienceMs = lateAfterMs(known.figures, running, nowMs);
        if (patienceMs === undefined || nowMs - running.startedAtMs <= patienceMs) continue;
        this.#report(name, running, { outcome: 'late' });
        running.wasLate = true;
      }
    }
  }

  listen(listener: LiveListener): void {
    this.#listeners.push(listener);
  }

  /** From now on a probe needs a permit. */
  shareProbes(): void {
    this.#shared = true;
  }

  /** Half-open deployments that requests were lately routed past for want of a permit. */
  wantingPermit(withinMs: number): string[] {
    const nowMs = this.#now();
    return [...this.#known].flatMap(([name, known]) => {
      const { breaker } = learnedState(known.figures, nowMs);
      const wanted = nowMs - known.askedAtMs < withinMs && nowMs >= known.permitUntilMs;
      return breaker.state === 'half_open' && !breaker.probing && wanted ? [name] : [];
    });
  }

  permitProbe(name: string, untilMs: number): void {
    this.#of(name).permitUntilMs = untilMs;
  }

  /** What another process has seen. */
  hearReport(name: string, report: CallReport): void {
    const known = this.#of(name);
    known.figures = afterCall(known.figures, report, this.#now());
    known.changed = true;
  }

  hearQuota(name: string, quota: ReportedQuota): void {
    const known = this.#of(name);
    known.figures = afterQuota(known.figures, quota, this.#now());
  }

  hearBegun(name: string, count: number): void {
    countBegun(this.#of(name), this.#now(), count);
  }

  hearProbe(name: string, leaseMs: number): void {
    const known = this.#of(name);
    known.figures = { ...known.figures, breaker: breakerBeforeCall(known.figures.breaker, this.#now(), leaseMs) };
  }

  hearLoad(process: string, inFlight: Record<string, number>): void {
    const nowMs = this.#now();
    this.#peers.set(process, { heardAtMs: nowMs, inFlight });
    for (const [name, { heardAtMs }] of this.#peers) if (nowMs - heardAtMs > peerSilenceMs) this.#peers.delete(name);
  }

  /** Calls of this process that are under way. */
  ownInFlight(): Record<string, number> {
    const busy = [...this.#known].filter(([, { running }]) => running.size > 0);
    return Object.fromEntries(busy.map(([name, { running }]) => [name, running.size]));
  }

  setDrained(name: string, drained: boolean): void {
    this.#of(name).drained = drained;
  }

  /** These are drained, and no others. */
  onlyDrained(names: ReadonlySet<string>): void {
    for (const name of names) this.#of(name);
    for (const [name, known] of this.#known) known.drained = names.has(name);
  }

  /** What was kept of an earlier time replaces what is known, where nothing was learned yet. */
  restore(name: string, figures: Figures): void {
    const known = this.#of(name);
    if (!known.changed) known.figures = figures;
  }

  /** Another model stands behind the name now. */
  forget(name: string): void {
    const known = this.#known.get(name);
    if (known)
      this.#known.set(name, { ...unknownDeployment(), drained: known.drained, running: known.running, changed: true });
  }

  /** Figures that changed since the last time this was asked. */
  takeChanged(): [deployment: string, figures: Figures][] {
    const changed = [...this.#known].filter(([, known]) => known.changed);
    return changed.map(([name, known]) => {
      known.changed = false;
      return [name, known.figures];
    });
  }

  /** Figures that could not be kept after all. */
  markChanged(names: readonly string[]): void {
    for (const name of names) this.#of(name).changed = true;
  }

  #of(name: string): KnownDeployment {
    const known = this.#known.get(name) ?? unknownDeployment();
    this.#known.set(name, known);
    return known;
  }

  #beginProbe(name: string): void {
    const known = this.#of(name);
    const nowMs = this.#now();
    const state = learnedState(known.figures, nowMs).breaker;
    if (state.state !== 'half_open' || state.probing) return;
    const leaseMs = lateAfterMs(known.figures, { stream: true }, nowMs) ?? 0;
    this.hearProbe(name, leaseMs);
    for (const listener of this.#listeners) listener.probing(name, leaseMs);
  }

  #report(
    name: string,
    running: RunningCall,
    what: Pick<CallReport, 'outcome' | 'tokens' | 'errorType' | 'retryAfterMs'>,
  ): void {
    const { startedAtMs, stream, streamed, wasLate, isProof = false } = running;
    const report: CallReport = {
      ...what,
      stream,
      wasLate,
      isProof,
      tookMs: this.#now() - startedAtMs,
      ...(streamed.firstTokenAtMs !== undefined && { firstTokenMs: streamed.firstTokenAtMs - startedAtMs }),
    };
    this.hearReport(name, report);
    for (const listener of this.#listeners) listener.reported(name, report);
  }

  /** A stream that waits for its first token longer than expected says already what it will say at its end. */
  #lateness({ running, figures }: KnownDeployment, nowMs: number): Pick<LiveState, 'firstTokenMs'> {
    const [oldest] = running;
    if (!oldest?.stream || oldest.streamed.firstTokenAtMs !== undefined || !figures.firstTokenMs) return {};
    const waitedMs = nowMs - oldest.startedAtMs;
    const { firstTokenMs } = learnedState(figures, nowMs);
    if (!firstTokenMs || waitedMs <= firstTokenMs.tail) return {};
    const { mean, tail } =
      learnedState({ ...figures, firstTokenMs: withValue(figures.firstTokenMs, waitedMs, nowMs, true) }, nowMs)
        .firstTokenMs ?? firstTokenMs;
    return { firstTokenMs: { mean, tail } };
  }

  #breaker(known: KnownDeployment, breaker: LiveState['breaker'], nowMs: number): LiveState['breaker'] {
    if (breaker.state === 'half_open' && this.#shared && nowMs >= known.permitUntilMs)
      return { ...breaker, probing: true };
    if (breaker.state !== 'recovering') return breaker;
    return { ...breaker, admits: known.rampCredit + breaker.share >= 1 };
  }

  /** Of the requests that could go to a recovering deployment, its share may: each adds to what the next one may use. */
  #countInRamp(name: string, taken: boolean): void {
    const known = this.#of(name);
    const { breaker } = learnedState(known.figures, this.#now());
    if (breaker.state !== 'recovering') known.rampCredit = 0;
    else known.rampCredit = Math.min(1, known.rampCredit + breaker.share) - (taken ? 1 : 0);
  }
}

function lengthOf({ usage }: ChatCompletion, { stream, streamed }: WatchedCall): Pick<CallReport, 'tokens'> {
  const tokens = usage?.completion_tokens ?? (stream ? estimateTokens(streamed.ownText) : undefined);
  return tokens === undefined ? {} : { tokens };
}

function failureOf(error: unknown): Pick<CallReport, 'outcome' | 'errorType' | 'retryAfterMs'> {
  if (!(error instanceof GatewayError)) return { outcome: 'silent' };
  const { type, retryAfterMs } = error.info;
  return { outcome: outcomes[type] ?? 'silent', errorType: type, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
