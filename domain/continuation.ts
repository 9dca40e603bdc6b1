import type { ChatCompletionChunk } from './chat.ts';

/** What a client has already got of an answer, since its last restart. */
export interface Delivered {
  id: string;
  created: number;
  model: string;
  /** Text of choice 0. */
  text: string;
  /** One choice of plain text: it can be prefilled, or compared with a new answer. */
  plain: boolean;
  /** How many choices have their finish reason. */
  finishedChoices: number;
}

/** What to do with a chunk of a later attempt: pass these chunks on, after telling the client to begin again or not. */
export interface Continued {
  restart: boolean;
  chunks: ChatCompletionChunk[];
}

/**
 * Joins the answer of a later attempt to what was delivered before.
 *
 * - `prefill`: the new answer goes on where the text ended; its chunks only take the first answer's identity.
 * - `anew`: the new answer begins at the beginning. It is held back as long as it repeats what was delivered; beyond
 *   that it is passed on. As soon as it differs (or ends early) the client must begin its text again.
 */
export interface Continuation {
  next(chunk: ChatCompletionChunk): Continued;
}

export function createContinuation(delivered: Delivered, mode: 'prefill' | 'anew'): Continuation {
  if (mode === 'prefill') return { next: (chunk) => ({ restart: false, chunks: [adopt(chunk, delivered)] }) };
  if (!delivered.plain) return restartAtOnce();
  return repeatThenPass(delivered);
}

function restartAtOnce(): Continuation {
  let first = true;
  return {
    next(chunk) {
      const restart = first;
      first = false;
      return { restart, chunks: [chunk] };
    },
  };
}

function repeatThenPass(delivered: Delivered): Continuation {
  let state: 'repeating' | 'continued' | 'restarted' = 'repeating';
  let text = '';
  const held: ChatCompletionChunk[] = [];

  const restart = (): Continued => {
    state = 'restarted';
    return { restart: true, chunks: held };
  };

  return {
    next(chunk) {
      if (state === 'restarted') return { restart: false, chunks: [chunk] };
      if (state === 'continued') return { restart: false, chunks: [adopt(chunk, delivered)] };
      held.push(chunk);
      if (!isPlain(chunk)) return restart();
      text += chunk.choices[0]?.delta.content ?? '';
      const common = text.length < delivered.text.length ? text : text.slice(0, delivered.text.length);
      if (!delivered.text.startsWith(common)) return restart();
      const ended = chunk.choices.some((choice) => choice.finish_reason != null);
      if (text.length < delivered.text.length) return ended ? restart() : { restart: false, chunks: [] };
      state = 'continued';
      return { restart: false, chunks: [withText(adopt(chunk, delivered), text.slice(delivered.text.length))] };
    },
  };
}

/** The chunk under the identity of the answer it goes on with, without a second announcement of the role. */
function adopt(chunk: ChatCompletionChunk, { id, created, model }: Delivered): ChatCompletionChunk {
  const choices = chunk.choices.map(({ delta: { role: _announced, ...delta }, ...choice }) => ({ ...choice, delta }));
  return { ...chunk, id, created, model, choices };
}

/** Log-probabilities go, since they would tell of tokens that were delivered before. */
function withText(chunk: ChatCompletionChunk, content: string): ChatCompletionChunk {
  const choices = chunk.choices.map(({ logprobs: _repeated, ...choice }) => ({
    ...choice,
    delta: { ...choice.delta, content },
  }));
  return { ...chunk, choices };
}

/** True for a chunk that says nothing but text of the first choice (or usage). */
export function isPlain(chunk: ChatCompletionChunk): boolean {
  return chunk.choices.every(({ index, delta }) => {
    const said = Object.entries(delta).filter(([field, value]) => value != null && value !== '' && field !== 'role');
    return index === 0 && said.every(([field]) => field === 'content');
  });
}
