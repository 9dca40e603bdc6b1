import type { CatalogueEntry } from './catalogue.ts';

/**
 * A first guess of a chat model's quality (0 to 1) from what the catalogue says, for models nobody has rated. A weak
 * prior, not a measurement: a tenfold price went with 0.07 more score between the two models of RouteLLM's public
 * evaluation, and with hardly any among LLMRouter's nine; that reasoning models answer better than their price says is
 * our judgement. Feedback and configuration overrule it.
 *
 * The price is a mix of three parts input and one part output, in USD per million tokens.
 */
export function qualityPrior(entry: Pick<CatalogueEntry, 'price' | 'capabilities'> | undefined): number {
  const reasoning = entry?.capabilities?.includes('reasoning') ? 0.1 : 0;
  if (!entry?.price) return 0.5 + reasoning;
  const mixed = (3 * entry.price.inputUsdPerMTok + entry.price.outputUsdPerMTok) / 4;
  const byPrice = 0.6 + 0.07 * Math.log10(Math.max(0.01, mixed));
  return Math.min(0.95, Math.max(0.2, byPrice + reasoning));
}
