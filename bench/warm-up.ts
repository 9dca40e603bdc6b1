import { openClient } from './client.ts';
import type { Plan } from './plan.ts';
import type { Target } from './targets/target.ts';

/**
 * Lets a target compile, fill its pools and open its connections before anything is timed.
 * @returns the text of its last answer.
 * @throws Error when the target cannot answer: then nothing could be compared.
 */
export async function warmUp(target: Target, plan: Plan['warmUp']): Promise<string> {
  const client = openClient(target.endpoints.answering, plan.connections);
  try {
    let text = '';
    for (let sent = 0; sent < plan.requests; sent += plan.connections) {
      const outcomes = await Promise.all(Array.from({ length: plan.connections }, () => client.complete()));
      for (const outcome of outcomes) {
        if (!outcome.ok) throw new Error(`cannot answer: ${outcome.problem}`);
        text = outcome.text;
      }
    }
    for (let sent = 0; sent < plan.streams; sent++) {
      const outcome = await client.stream();
      if (!outcome.ok) throw new Error(`cannot stream: ${outcome.problem}`);
    }
    return text;
  } finally {
    await client.close();
  }
}
