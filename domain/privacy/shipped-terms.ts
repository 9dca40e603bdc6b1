import { sensitiveMedicalTerms } from './lexicons/sensitive-medical-terms.ts';
import { sensitiveWords } from './lexicons/sensitive-words.ts';

/** Words of one category, without what is to be done about them. */
export interface Terms {
  category: string;
  terms: readonly string[];
}

/** Medical terms that come with the gateway: categories `medical/hiv`, `medical/psychiatric`, … */
export const medicalTerms: readonly Terms[] = Object.entries(sensitiveMedicalTerms).map(([name, { zh, en }]) => ({
  category: `medical/${name}`,
  terms: [...zh, ...en],
}));

/** Words about harm that come with the gateway: categories `violence`, `self-harm`, … */
export const harmTerms: readonly Terms[] = Object.entries(sensitiveWords).map(([category, { zh, en }]) => ({
  category,
  terms: [...zh, ...en],
}));
