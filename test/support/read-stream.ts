import { createParser } from 'eventsource-parser';

export interface StreamedEvent {
  id: string | undefined;
  event: string | undefined;
  data: string;
}

/** Reads an SSE answer as it comes. */
export async function* readEvents(response: Response): AsyncGenerator<StreamedEvent> {
  const queue: StreamedEvent[] = [];
  const parser = createParser({ onEvent: ({ id, event, data }) => queue.push({ id, event, data }) });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes as Uint8Array, { stream: true }));
    yield* queue.splice(0);
  }
}

/** What a client that heeds restarts has in the end. */
export interface SeenStream {
  text: string;
  restarts: number;
  errors: { message: string; type: string; code: string }[];
  done: boolean;
  lastId: string | undefined;
  /** Numbers of the chunks and restarts, as they came. */
  ids: number[];
}

export function newSeen(): SeenStream {
  return { text: '', restarts: 0, errors: [], done: false, lastId: undefined, ids: [] };
}

export function see(seen: SeenStream, { id, event, data }: StreamedEvent): void {
  if (id !== undefined && id !== '') seen.lastId = id;
  if (data === '[DONE]') {
    seen.done = true;
    return;
  }
  const parsed = JSON.parse(data);
  if (id && (event === 'gateway.restart' || parsed.object === 'chat.completion.chunk')) seen.ids.push(Number(id));
  if (event === 'gateway.restart') {
    seen.restarts += 1;
    seen.text = '';
  } else if (parsed.error) {
    seen.errors.push(parsed.error);
  } else if (parsed.object === 'chat.completion.chunk') {
    seen.text += parsed.choices[0]?.delta.content ?? '';
  }
}

export async function readWhole(response: Response, seen = newSeen()): Promise<SeenStream> {
  for await (const event of readEvents(response)) see(seen, event);
  return seen;
}
