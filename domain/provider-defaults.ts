import type { Capability, ProviderKind } from './deployment.ts';

/** Where a vendor's API answers; servers that people run themselves answer on their usual port. */
const baseUrls: Partial<Record<ProviderKind, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  ollama: 'http://127.0.0.1:11434/v1',
};

/** Undefined where only the operator can know. */
export function defaultBaseUrl(kind: ProviderKind): string | undefined {
  return baseUrls[kind];
}

/** Capabilities that come with the server itself, whatever the model. */
export function serverCapabilities(kind: ProviderKind): readonly Capability[] {
  return kind === 'llama-cpp' || kind === 'ollama' ? ['prefill'] : [];
}
