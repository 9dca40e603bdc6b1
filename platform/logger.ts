import { pino, type Logger } from 'pino';
import type { Settings } from './config/settings.ts';

export type { Logger } from 'pino';

/**
 * One JSON line an event, with the request's id where there is one; never content, keys or whole errors of a provider.
 */
export function createLogger(level: Settings['logLevel']): Logger {
  return pino({
    level,
    base: { service: 'holdfast', pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.apiKey', '*.authorization', '*.headers', '*.body', '*.messages'], censor: '[redacted]' },
  });
}
