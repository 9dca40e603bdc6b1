import type { Provider } from '../../domain/deployment.ts';

const maxLength = 500;

/**
 * A provider's message made fit to show: one line, at most 500 characters, without our key, without the values of
 * configured headers, and without anything that looks like a key (vendors echo parts of it).
 */
export function scrub(message: string, provider: Provider): string {
  const secrets = [provider.apiKey ?? '', ...Object.values(provider.headers)].filter((secret) => secret.length >= 6);
  const withoutOurs = secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), message);
  const line = withoutOurs
    .replaceAll(/\b(?:sk|pk|rk|gsk|xai|key)-[\w*.-]{6,}/gi, '[secret]')
    .replaceAll(/\bAIza[\w-]{10,}/g, '[secret]')
    .replaceAll(/\b(Bearer|key=|api[-_ ]?key[=:])\s*[\w*.-]{8,}/gi, '$1 [secret]')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
