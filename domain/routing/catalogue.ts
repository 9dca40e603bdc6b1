import type { Capability, Modality, Price, Provider } from '../deployment.ts';

/** What is publicly known about a model; a field that is absent is unknown. */
export interface CatalogueEntry {
  modality: Modality;
  contextTokens?: number;
  /** Most tokens of one answer. */
  maxOutputTokens?: number;
  capabilities?: readonly Capability[];
  price?: Price;
}

export const catalogueVendors = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'deepseek',
  'qwen',
  'groq',
  'xai',
] as const;
export type CatalogueVendor = (typeof catalogueVendors)[number];

/** Shape of `config/catalogue/models.json`. */
export interface Catalogue {
  source: { name: string; url: string; version: string; date: string; licence: string };
  models: Record<CatalogueVendor, Record<string, CatalogueEntry>>;
}

/** Vendors that speak OpenAI's wire at their own address. */
const vendorsByHost: readonly [suffix: string, vendor: CatalogueVendor][] = [
  ['api.openai.com', 'openai'],
  ['api.mistral.ai', 'mistral'],
  ['api.deepseek.com', 'deepseek'],
  ['aliyuncs.com', 'qwen'],
  ['api.groq.com', 'groq'],
  ['api.x.ai', 'xai'],
  ['generativelanguage.googleapis.com', 'google'],
  ['api.anthropic.com', 'anthropic'],
];

function vendorAt(baseUrl: string): CatalogueVendor | undefined {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  return vendorsByHost.find(([suffix]) => host === suffix || host.endsWith(`.${suffix}`))?.[1];
}

function vendorOf(provider: Pick<Provider, 'kind' | 'baseUrl'>): CatalogueVendor | undefined {
  switch (provider.kind) {
    case 'openai':
    case 'anthropic':
    case 'google':
      return provider.kind;
    case 'openai-compatible':
      return vendorAt(provider.baseUrl);
    default:
      return undefined;
  }
}

/**
 * What the catalogue knows about a model at a provider; undefined for unknown models and vendors. The name must be the
 * vendor's exact one: dated and undated names of one family have had different prices. A server that merely speaks a
 * vendor's wire (a proxy, a local server) is another vendor, whose prices nobody published.
 */
export function catalogueEntry(
  catalogue: Catalogue,
  provider: Pick<Provider, 'kind' | 'baseUrl'>,
  model: string,
): CatalogueEntry | undefined {
  const vendor = vendorOf(provider);
  if (vendor === undefined) return undefined;
  const name = vendor === 'google' ? model.replace(/^models\//, '') : model;
  const models = catalogue.models[vendor];
  return Object.hasOwn(models, name) ? models[name] : undefined;
}
