import { readFileSync } from 'node:fs';
import type { Deployment } from '../../domain/deployment.ts';
import { type Catalogue, catalogueEntry } from '../../domain/routing/catalogue.ts';

const file = new URL('../../config/catalogue/models.json', import.meta.url);
let catalogue: Catalogue | undefined;

/** The deployment with what its configuration left out and the shipped catalogue knows: price, context, capabilities. */
export function withPublicFacts(deployment: Deployment): Deployment {
  catalogue ??= JSON.parse(readFileSync(file, 'utf8')) as Catalogue;
  const known = catalogueEntry(catalogue, deployment.provider, deployment.model);
  const { contextTokens, maxOutputTokens, capabilities, price } = known ?? {};
  return {
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(capabilities && { capabilities }),
    ...(price && { price }),
    ...deployment,
  };
}
