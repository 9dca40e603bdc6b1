import { fileURLToPath } from 'node:url';
import type { Plan } from './plan.ts';
import { type ServerProcess, startServer } from './targets/server-process.ts';
import type { UpstreamUrls } from './targets/target.ts';

/** Tokens in the fixed short answer. */
const answerTokens = 16;

/** The model vendors of the benchmark, each in a process of its own. */
export async function startUpstreams(pace: Plan['pacedStreams']): Promise<UpstreamUrls & { stop(): Promise<void> }> {
  const answering = startScript('../test/doubles/upstream-main.ts', ['--tokens', `${answerTokens}`]);
  const metronome = startScript('./metronome.ts', [
    '--tokens',
    `${pace.tokens}`,
    '--pace-ms',
    `${1_000 / pace.tokensPerSecond}`,
  ]);
  const stop = async () => {
    await Promise.all([answering.stop(), metronome.stop()]);
  };
  try {
    return { answering: await answering.firstLine, metronome: await metronome.firstLine, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startScript(path: string, args: readonly string[]): ServerProcess {
  const file = fileURLToPath(new URL(path, import.meta.url));
  return startServer({ command: process.execPath, args: [file, ...args] });
}
