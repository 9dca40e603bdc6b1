import type { ChatCompletionRequest, ChatContentPart, ChatMessage } from '../chat.ts';
import type { Capability, Modality } from '../deployment.ts';
import { estimateTokens } from '../estimate-tokens.ts';

/** What routing needs to know of a request. Holds nothing of its text, so it may be kept with the request's record. */
export interface RequestFeatures {
  modality: Modality;
  /** Estimate: a quarter token a character, one a Chinese, Japanese or Korean character. */
  inputTokens: number;
  /** What an answer usually takes, within the client's limit. */
  outputTokens: number;
  /** The client's own limit of one answer. */
  maxOutputTokens?: number;
  choices: number;
  needs: readonly Capability[];
  /** By script and the commonest English words; `other` where that does not tell. */
  language: 'en' | 'zh' | 'ja' | 'ko' | 'other';
  code: boolean;
  math: boolean;
}

/** OpenAI's framing of each message. Source: OpenAI cookbook, "How to count tokens with tiktoken". */
const tokensPerMessage = 4;
/** A picture of up to four 512-pixel tiles: 85 + 4 × 170. Source: OpenAI, "Images and vision", cost of high detail. */
const tokensPerImage = 765;
/** Ten tokens a second of 24 kHz 16-bit sound, which is 64,000 base64 characters. */
const base64CharsPerAudioToken = 6_400;
const usualOutputTokens = 300;

/** Markers are looked for in the beginning only, so that the time of their patterns stays bounded. */
const judgedChars = 4_000;

/** Features of a chat request. Never throws: fields of unknown shape count for nothing. */
export function requestFeatures(body: ChatCompletionRequest): RequestFeatures {
  const parts = body.messages.flatMap(contentParts);
  const beginning = routedPrompt(body).slice(0, judgedChars);
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  return {
    modality: 'chat',
    inputTokens: inputTokensOf(body),
    outputTokens: Math.min(usualOutputTokens, maxOutputTokens ?? usualOutputTokens),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    choices: Math.max(1, body.n ?? 1),
    needs: neededCapabilities(body, parts),
    language: languageOf(beginning),
    code: /```|\bdef \w+\(|\bfunction\b.*\{|\bimport \w+|#include\b|\bSELECT\b.+\bFROM\b/.test(beginning),
    math: /\\(?:frac|sqrt|boxed|int|sum)|\$[^$\n]+\$|\d\s*[-+*/^=]\s*\d|\b(?:solve|equation|integral|probability)\b/i.test(
      beginning,
    ),
  };
}

/** About how many tokens a provider counts as the request's input. Never throws. */
export function inputTokensOf(body: ChatCompletionRequest): number {
  const parts = body.messages.flatMap(contentParts);
  const definitions = [body.tools, body['functions'], body['response_format']].filter((field) => field !== undefined);
  return (
    parts.reduce((sum, part) => sum + estimateTokens(textOf(part)) + mediaTokens(part), 0) +
    definitions.reduce<number>((sum, field) => sum + estimateTokens(JSON.stringify(field) ?? ''), 0) +
    body.messages.length * tokensPerMessage
  );
}

/** The text whose difficulty is judged: the newest message of the user. */
export function routedPrompt(body: ChatCompletionRequest): string {
  const message = body.messages.findLast((each) => each.role === 'user') ?? body.messages.at(-1);
  return message ? contentParts(message).map(textOf).join('\n') : '';
}

function contentParts(message: ChatMessage): ChatContentPart[] {
  if (typeof message.content === 'string') return [{ type: 'text', text: message.content }];
  return message.content ?? [];
}

function textOf(part: ChatContentPart): string {
  return typeof part['text'] === 'string' ? part['text'] : '';
}

function mediaTokens(part: ChatContentPart): number {
  if (part.type === 'image_url') return tokensPerImage;
  const audio = part['input_audio'];
  if (part.type !== 'input_audio' || typeof audio !== 'object' || audio === null || !('data' in audio)) return 0;
  return typeof audio.data === 'string' ? Math.ceil(audio.data.length / base64CharsPerAudioToken) : 0;
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function wantsJson(format: unknown): boolean {
  return typeof format === 'object' && format !== null && 'type' in format && String(format.type).startsWith('json');
}

function neededCapabilities(body: ChatCompletionRequest, parts: readonly ChatContentPart[]): Capability[] {
  const modalities = body['modalities'];
  const needed: [boolean, Capability][] = [
    [isFilled(body.tools) || isFilled(body['functions']), 'tools'],
    [parts.some((part) => part.type === 'image_url'), 'vision'],
    [wantsJson(body['response_format']), 'json'],
    [
      parts.some((part) => part.type === 'input_audio') || (Array.isArray(modalities) && modalities.includes('audio')),
      'audio',
    ],
    [body['logprobs'] === true, 'logprobs'],
  ];
  return needed.filter(([needs]) => needs).map(([, capability]) => capability);
}

function languageOf(text: string): RequestFeatures['language'] {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (count(/[\uac00-\ud7af]/g) * 3 > letters) return 'ko';
  if (count(/[\u3040-\u30ff]/g) * 6 > letters) return 'ja';
  if (count(/[\u3400-\u9fff]/g) * 3 > letters) return 'zh';
  return /\b(?:the|is|are|of|and|to|in|what|who|how|which|write)\b/i.test(text) ? 'en' : 'other';
}
