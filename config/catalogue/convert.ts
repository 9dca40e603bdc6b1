/**
 * Cuts LiteLLM's price list down to the catalogue.
 *
 *   node config/catalogue/convert.ts model_prices_and_context_window.json VERSION DATE > config/catalogue/models.json
 *
 * The list ships inside the `litellm` package (`litellm/model_prices_and_context_window_backup.json`, MIT licence).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Capability, Modality, Price, TokenRates } from '../../domain/deployment.ts';
import {
  catalogueVendors,
  type Catalogue,
  type CatalogueEntry,
  type CatalogueVendor,
} from '../../domain/routing/catalogue.ts';

const rowSchema = z.record(z.string(), z.unknown());
const tiersSchema = z.array(z.looseObject({ range: z.tuple([z.number(), z.number()]) }));

type Row = z.infer<typeof rowSchema>;

const vendors: Record<string, { vendor: CatalogueVendor; prefix: string }> = {
  openai: { vendor: 'openai', prefix: '' },
  anthropic: { vendor: 'anthropic', prefix: '' },
  gemini: { vendor: 'google', prefix: 'gemini/' },
  mistral: { vendor: 'mistral', prefix: 'mistral/' },
  deepseek: { vendor: 'deepseek', prefix: 'deepseek/' },
  dashscope: { vendor: 'qwen', prefix: 'dashscope/' },
  groq: { vendor: 'groq', prefix: 'groq/' },
  xai: { vendor: 'xai', prefix: 'xai/' },
};

const modalities: Record<string, Modality> = {
  chat: 'chat',
  embedding: 'embedding',
  image_generation: 'image',
  audio_transcription: 'transcription',
  audio_speech: 'speech',
};

const capabilityFlags: [flag: string, capability: Capability][] = [
  ['supports_function_calling', 'tools'],
  ['supports_vision', 'vision'],
  ['supports_response_schema', 'json'],
  ['supports_audio_input', 'audio'],
  ['supports_reasoning', 'reasoning'],
  ['supports_assistant_prefill', 'prefill'],
];

/** Not in the source: JSON mode of all their chat models, and log-probabilities, by the vendors' API references. */
const jsonModeVendors: readonly CatalogueVendor[] = ['openai', 'mistral', 'deepseek', 'qwen', 'groq', 'google'];
const logprobsVendors: readonly CatalogueVendor[] = ['openai', 'deepseek', 'xai'];

function positive(row: Row, field: string): number | undefined {
  const value = row[field];
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Rates in the source are USD per unit; nine decimals of USD per million keep every one of them. */
function perMillion(row: Row, field: string): number | undefined {
  const usd = positive(row, field);
  return usd === undefined ? undefined : Number((usd * 1e6).toFixed(9));
}

type Known<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function isKnown<T extends object>(object: T): object is T & Known<T> {
  return Object.values(object).every((value) => value !== undefined);
}

/** The object less the fields nobody knows. */
function without<T extends object>(object: T): Known<T> {
  const copy = { ...object };
  for (const key in copy) if (copy[key] === undefined) delete copy[key];
  if (!isKnown(copy)) throw new Error('unreachable: undefined fields were deleted');
  return copy;
}

function tokenRates(row: Row, suffix = ''): TokenRates | undefined {
  const input = row[`input_cost_per_token${suffix}`];
  const output = row[`output_cost_per_token${suffix}`];
  if (typeof input !== 'number' && typeof output !== 'number') return undefined;
  const outputUsdPerMTok = perMillion(row, `output_cost_per_token${suffix}`) ?? 0;
  const reasoning = perMillion(row, `output_cost_per_reasoning_token${suffix}`);
  return without({
    inputUsdPerMTok: perMillion(row, `input_cost_per_token${suffix}`) ?? 0,
    outputUsdPerMTok,
    cachedInputUsdPerMTok: perMillion(row, `cache_read_input_token_cost${suffix}`),
    cacheWriteUsdPerMTok: perMillion(row, `cache_creation_input_token_cost${suffix}`),
    reasoningUsdPerMTok: reasoning === outputUsdPerMTok ? undefined : reasoning,
  });
}

function tier(row: Row, aboveInputTokens: number, suffix = ''): NonNullable<Price['longContext']> {
  const rates = tokenRates(row, suffix);
  return rates ? [{ aboveInputTokens, ...rates }] : [];
}

function longContext(row: Row): Price['longContext'] {
  const tiers = tiersSchema.safeParse(row['tiered_pricing']);
  const found = tiers.success
    ? tiers.data.slice(1).flatMap((each) => tier(each, each.range[0]))
    : Object.keys(row)
        .flatMap((field) => /^input_cost_per_token_above_(\d+)k_tokens$/.exec(field)?.[1] ?? [])
        .toSorted((a, b) => Number(a) - Number(b))
        .flatMap((mark) => tier(row, Number(mark) * 1000, `_above_${mark}k_tokens`));
  return found.length > 0 ? found : undefined;
}

function price(row: Row, modality: Modality): Price | undefined {
  const tiers = tiersSchema.safeParse(row['tiered_pricing']);
  const firstTier = tiers.success ? (tiers.data[0] ?? row) : row;
  const rates = tokenRates(firstTier) ?? { inputUsdPerMTok: 0, outputUsdPerMTok: 0 };
  const perSecond = positive(row, 'input_cost_per_second');
  const imageInput = perMillion(row, 'input_cost_per_image_token');
  const imageOutput = perMillion(row, 'output_cost_per_image_token');
  const found = without({
    ...rates,
    audioInputUsdPerMTok: perMillion(row, 'input_cost_per_audio_token'),
    audioOutputUsdPerMTok: perMillion(row, 'output_cost_per_audio_token'),
    // Equal to the text rate means: billed as text, also in the long-context tiers.
    imageInputUsdPerMTok: imageInput === rates.inputUsdPerMTok ? undefined : imageInput,
    imageOutputUsdPerMTok: imageOutput,
    // The source writes the price of a generated picture in either field. Tokens are what the vendor bills by.
    imageUsd:
      modality === 'image' && imageOutput === undefined
        ? (positive(row, 'output_cost_per_image') ?? positive(row, 'input_cost_per_image'))
        : undefined,
    audioUsdPerMinute:
      modality === 'transcription' && perSecond !== undefined && tokenRates(row) === undefined
        ? Number((perSecond * 60).toFixed(9))
        : undefined,
    speechUsdPerMChar: modality === 'speech' ? perMillion(row, 'input_cost_per_character') : undefined,
    longContext: longContext(row),
  });
  const known = Object.entries(found).some(([, value]) => typeof value === 'number' && value > 0);
  return known ? found : undefined;
}

function capabilitiesOf(row: Row, vendor: CatalogueVendor): Capability[] {
  const found = new Set(capabilityFlags.filter(([flag]) => row[flag] === true).map(([, capability]) => capability));
  if (jsonModeVendors.includes(vendor)) found.add('json');
  if (logprobsVendors.includes(vendor) && !found.has('reasoning')) found.add('logprobs');
  return [...found];
}

function entry(row: Row, vendor: CatalogueVendor): CatalogueEntry | undefined {
  const modality = modalities[String(row['mode'])];
  if (modality === undefined) return undefined;
  return without({
    modality,
    contextTokens: positive(row, 'max_input_tokens'),
    maxOutputTokens: positive(row, 'max_output_tokens'),
    capabilities: modality === 'chat' ? capabilitiesOf(row, vendor) : undefined,
    price: price(row, modality),
  });
}

function convert(rows: Record<string, Row>, version: string, date: string): Catalogue {
  const models: Catalogue['models'] = {
    openai: {},
    anthropic: {},
    google: {},
    mistral: {},
    deepseek: {},
    qwen: {},
    groq: {},
    xai: {},
  };
  for (const [name, row] of Object.entries(rows)) {
    const known = vendors[String(row['litellm_provider'])];
    if (!known) continue;
    const model = name.startsWith(known.prefix) ? name.slice(known.prefix.length) : name;
    // Fine-tuned and sized-picture rows are no models of their own; containers and guards do not chat.
    if (/^ft:|(^|\/)[\d]+-x-|^openai\/|guard|lyria|live|realtime|streaming/.test(model)) continue;
    const found = entry(row, known.vendor);
    if (found && !(model in models[known.vendor] && !name.startsWith(known.prefix)))
      models[known.vendor][model] = found;
  }
  for (const vendor of catalogueVendors) {
    models[vendor] = Object.fromEntries(Object.entries(models[vendor]).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  return {
    source: {
      name: 'LiteLLM model_prices_and_context_window.json',
      url: 'https://github.com/BerriAI/litellm',
      version,
      date,
      licence: 'MIT, Copyright (c) 2023 Berri AI; text in LICENSE-litellm.txt',
    },
    models,
  };
}

const [file, version, date] = process.argv.slice(2);
if (!file || !version || !date) throw new Error('usage: convert.ts FILE VERSION DATE');
const rows = z.record(z.string(), rowSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
process.stdout.write(`${JSON.stringify(convert(rows, version, date), null, 2)}\n`);
