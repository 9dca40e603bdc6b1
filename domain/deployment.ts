/** What a request can be about. */
export type Modality = 'chat' | 'embedding' | 'image' | 'transcription' | 'speech';

export const providerKinds = ['openai', 'openai-compatible', 'anthropic', 'google', 'ollama', 'llama-cpp'] as const;
/** The wire format a provider speaks. */
export type ProviderKind = (typeof providerKinds)[number];

/** A vendor or server, and how to reach it. */
export interface Provider {
  name: string;
  kind: ProviderKind;
  /** Without a trailing slash, e.g. `https://api.openai.com/v1`. */
  baseUrl: string;
  /** Already read from `apiKeyEnv`; absent for a server without keys. Never logged, never in a payload. */
  apiKey?: string;
  /** Sent with each call, e.g. an organisation header. */
  headers: Record<string, string>;
  /** The server is inside: traffic that must not leave may go there. */
  local: boolean;
  /** Call the server with `stream: true` even where the client wants one JSON answer (it cancels only streams). */
  alwaysStream: boolean;
}

/** Rates of text tokens, USD per million (which is also micro-USD per token). */
export interface TokenRates {
  inputUsdPerMTok: number;
  outputUsdPerMTok: number;
  /** Input tokens the provider read from its own cache; without it they cost the input price. */
  cachedInputUsdPerMTok?: number;
  /** Input tokens the provider wrote to its own cache; without it they cost the input price. */
  cacheWriteUsdPerMTok?: number;
  /** Output tokens spent on reasoning, where they are billed apart. */
  reasoningUsdPerMTok?: number;
}

/** What a provider charges. A rate that is left out falls back to the plain input or output rate. */
export interface Price extends TokenRates {
  audioInputUsdPerMTok?: number;
  audioOutputUsdPerMTok?: number;
  imageInputUsdPerMTok?: number;
  /** Tokens of a generated image. */
  imageOutputUsdPerMTok?: number;
  /** One generated image, where it is billed by the piece. */
  imageUsd?: number;
  /** One minute of sound that is transcribed. */
  audioUsdPerMinute?: number;
  /** A million characters that are spoken. */
  speechUsdPerMChar?: number;
  /** Rates of the whole request once its input is longer than `aboveInputTokens`; ascending. */
  longContext?: readonly (TokenRates & { aboveInputTokens: number })[];
}

export const capabilities = ['tools', 'vision', 'json', 'audio', 'reasoning', 'logprobs', 'prefill'] as const;
/** `prefill`: continues a last assistant message instead of answering it, so a cut answer can be finished. */
export type Capability = (typeof capabilities)[number];

/** One model at one provider: the unit that is routed to. */
export interface Deployment {
  name: string;
  provider: Provider;
  /** The model's name at the provider. */
  model: string;
  modalities: readonly Modality[];
  /** Left out of the configuration and unknown to the catalogue: undefined, and nothing is excluded because of it. */
  capabilities?: readonly Capability[];
  contextTokens?: number;
  /** Most tokens of one answer. */
  maxOutputTokens?: number;
  price?: Price;
  /** Mean score of its past answers, 0 to 1, where the operator knows it; it stands in place of what was learned. */
  quality?: number;
  limits: { concurrency?: number; rpm?: number };
  timeouts?: TryTimeouts;
  /** Left out: the gateway makes no calls of its own. */
  probe?: HealthProbe;
}

/** How long one call may take, in milliseconds. What is left out is as usual. */
export interface TryTimeouts {
  /** From the call to the first token of a stream. */
  firstTokenMs?: number;
  /** From one token of a stream to the next. */
  idleMs?: number;
  /** From the call to the end of the answer. */
  totalMs?: number;
}

export const probeCalls = ['models', 'chat'] as const;
/** How to find out whether a deployment answers: by asking for its list of models, or for one token. */
export type ProbeCall = (typeof probeCalls)[number];

/** Calls of the gateway's own while a deployment is idle or out of order. */
export interface HealthProbe {
  intervalMs: number;
  call: ProbeCall;
}
