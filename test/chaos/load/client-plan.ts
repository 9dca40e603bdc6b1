import type { ModelName } from '../cluster/models.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** What one client does. Twins share `request` and key, and begin at once. */
export interface ClientPlan {
  /** Number of the request; it is in the prompt, so that the upstream double can tell requests apart. */
  request: number;
  afterMs: number;
  mode: 'stream' | 'json' | 'async';
  model: ModelName;
  key?: string;
  /** How a stream that broke is taken up again; `repost` needs a key. */
  resume: 'events' | 'repost';
}

/**
 * `count` requests spread over `durationMs`: half of them streaming, half with an Idempotency-Key, a tenth with a twin.
 */
export function planClients(random: SeededRandom, count: number, durationMs: number): ClientPlan[] {
  return Array.from({ length: count }, (_, index): ClientPlan[] => {
    const afterMs = Math.round(((index + random.next()) / count) * durationMs);
    const mode = index % 2 === 0 ? 'stream' : random.next() < 0.4 ? 'async' : 'json';
    const model: ModelName =
      mode === 'stream'
        ? random.pick(['quick', 'quick', 'heir', 'thinker', 'long'])
        : random.pick(['whole', 'whole', 'whole', 'late']);
    const keyed = random.next() < 0.5;
    const resume = keyed && random.next() < 0.5 ? 'repost' : 'events';
    const plan: ClientPlan = { request: index, afterMs, mode, model, resume, ...(keyed && { key: `key-${index}` }) };
    return keyed && random.next() < 0.2 ? [plan, plan] : [plan];
  }).flat();
}
