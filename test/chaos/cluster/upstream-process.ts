import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Behaviour } from '../../doubles/behaviour.ts';
import type { UpstreamCall } from '../../doubles/upstream.ts';
import { ended } from '../../support/child-process.ts';

/** The double of a model vendor as a process of its own, which no kill of this run touches. */
export interface UpstreamProcess {
  url: string;
  /** What calls of this model get from now on. */
  script(model: string, behaviour: Behaviour): Promise<void>;
  calls(): Promise<UpstreamCall[]>;
  stop(): Promise<void>;
}

const main = new URL('../../doubles/upstream-main.ts', import.meta.url).pathname;

export async function startUpstreamProcess(): Promise<UpstreamProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--keep-bodies'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(20_000) });
  return {
    url,
    async script(model, behaviour) {
      const body = JSON.stringify({ behaviours: [behaviour], model });
      await fetch(`${url}/__script`, { method: 'POST', body });
    },
    calls: async () => (await (await fetch(`${url}/__calls`)).json()) as UpstreamCall[],
    stop: () => ended(child, 'SIGKILL'),
  };
}
