import type { ChatUsage } from './chat.ts';
import type { Price, TokenRates } from './deployment.ts';

/**
 * Money is counted in femto-USD (1e-15 USD) as BigInt and rounded up to micro-USD once, at the end, so no sum drifts
 * and no call is billed below its price. A rate keeps nine decimals; no vendor publishes more.
 */
const FEMTO_PER_MICRO = 1_000_000_000n;
const MICRO_PER_USD = 1_000_000n;
const MS_PER_MINUTE = 60_000n;

/** `usdPerMillion` USD per million units is the same number of micro-USD per unit. */
function femtoPerUnit(usdPerMillion: number): bigint {
  return BigInt(Math.round(usdPerMillion * 1e9));
}

function femtoPerPiece(usd: number): bigint {
  return femtoPerUnit(usd) * MICRO_PER_USD;
}

function roundUp(femto: bigint): number {
  return Number((femto + FEMTO_PER_MICRO - 1n) / FEMTO_PER_MICRO);
}

/** Counts come from a provider: what is no count (negative, fractional, NaN) must not become a refund or a throw. */
export function tokenCount(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value > 0 ? Math.ceil(value) : 0;
}

/** Takes up to `wanted` off a total, so that parts which overlap or lie are never billed twice. */
class Remaining {
  #left: number;

  constructor(total: number) {
    this.#left = total;
  }

  take(wanted: number | undefined): bigint {
    const taken = Math.min(tokenCount(wanted), this.#left);
    this.#left -= taken;
    return BigInt(taken);
  }

  rest(): bigint {
    return this.take(this.#left);
  }
}

function ratesFor(price: Price, inputTokens: number): TokenRates {
  return price.longContext?.findLast((tier) => inputTokens > tier.aboveInputTokens) ?? price;
}

/**
 * What a chat or embedding call cost, in micro-USD, rounded up to the next whole one.
 *
 * `usage` follows OpenAI's wire: the details are parts of `prompt_tokens` and `completion_tokens`, not in addition to
 * them. Cached and written tokens are taken off the input first, then audio and image tokens; what is left is text.
 */
export function costMicroUsd(usage: ChatUsage, price: Price): number {
  const rates = ratesFor(price, tokenCount(usage.prompt_tokens));
  const input = new Remaining(tokenCount(usage.prompt_tokens));
  const output = new Remaining(tokenCount(usage.completion_tokens));
  const inputDetails = usage.prompt_tokens_details;
  const outputDetails = usage.completion_tokens_details;
  const parts: [bigint, number][] = [
    [input.take(inputDetails?.cached_tokens), rates.cachedInputUsdPerMTok ?? rates.inputUsdPerMTok],
    [input.take(inputDetails?.cache_write_tokens), rates.cacheWriteUsdPerMTok ?? rates.inputUsdPerMTok],
    [input.take(inputDetails?.audio_tokens), price.audioInputUsdPerMTok ?? rates.inputUsdPerMTok],
    [input.take(inputDetails?.image_tokens), price.imageInputUsdPerMTok ?? rates.inputUsdPerMTok],
    [input.rest(), rates.inputUsdPerMTok],
    [output.take(outputDetails?.reasoning_tokens), rates.reasoningUsdPerMTok ?? rates.outputUsdPerMTok],
    [output.take(outputDetails?.audio_tokens), price.audioOutputUsdPerMTok ?? rates.outputUsdPerMTok],
    [output.take(outputDetails?.image_tokens), price.imageOutputUsdPerMTok ?? rates.outputUsdPerMTok],
    [output.rest(), rates.outputUsdPerMTok],
  ];
  return roundUp(parts.reduce((sum, [tokens, rate]) => sum + tokens * femtoPerUnit(rate), 0n));
}

/** What a call makes or takes that is not counted in tokens. */
export interface MediaUsage {
  /** Pictures generated. */
  images?: number;
  /** Sound transcribed. */
  audioMs?: number;
  /** Characters spoken. */
  characters?: number;
}

/** What an image, transcription or speech call billed by the piece cost, in micro-USD, rounded up. */
export function mediaCostMicroUsd(usage: MediaUsage, price: Price): number {
  const audioFemto = BigInt(tokenCount(usage.audioMs)) * femtoPerPiece(price.audioUsdPerMinute ?? 0);
  return roundUp(
    BigInt(tokenCount(usage.images)) * femtoPerPiece(price.imageUsd ?? 0) +
      (audioFemto + MS_PER_MINUTE - 1n) / MS_PER_MINUTE +
      BigInt(tokenCount(usage.characters)) * femtoPerUnit(price.speechUsdPerMChar ?? 0),
  );
}

/** The most a call can use. */
export interface UsageBound {
  /** Upper bound of the input; the caller adds its margin for the error of its estimate. */
  inputTokens: number;
  /** `max_tokens`, or the most the model can write. Reasoning counts as output. */
  outputTokens: number;
  /** `n`: answers asked for. The input is paid once, the output for each. */
  choices?: number;
  /** Sound may go in or come out. */
  audio?: boolean;
  /** Pictures may go in or come out. */
  images?: boolean;
}

/**
 * The most a chat call within `bound` can cost, in micro-USD: every token at the dearest rate it may be billed at. No
 * usage within the bound costs more by `costMicroUsd`, so a reservation of this much always covers the settlement.
 */
export function worstCaseCostMicroUsd(bound: UsageBound, price: Price): number {
  const reached = (price.longContext ?? []).filter((tier) => bound.inputTokens > tier.aboveInputTokens);
  const tiers: readonly TokenRates[] = [price, ...reached];
  const inputRates = tiers.flatMap((tier) => [
    tier.inputUsdPerMTok,
    tier.cachedInputUsdPerMTok ?? 0,
    tier.cacheWriteUsdPerMTok ?? 0,
  ]);
  const outputRates = tiers.flatMap((tier) => [tier.outputUsdPerMTok, tier.reasoningUsdPerMTok ?? 0]);
  if (bound.audio) {
    inputRates.push(price.audioInputUsdPerMTok ?? 0);
    outputRates.push(price.audioOutputUsdPerMTok ?? 0);
  }
  if (bound.images) {
    inputRates.push(price.imageInputUsdPerMTok ?? 0);
    outputRates.push(price.imageOutputUsdPerMTok ?? 0);
  }
  return roundUp(
    BigInt(tokenCount(bound.inputTokens)) * femtoPerUnit(Math.max(...inputRates)) +
      BigInt(tokenCount(bound.outputTokens) * Math.max(1, tokenCount(bound.choices))) *
        femtoPerUnit(Math.max(...outputRates)),
  );
}
