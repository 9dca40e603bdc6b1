import { GatewayError } from '../../domain/errors.ts';
import { errorFromException } from '../http/error-from-exception.ts';
import { maxAfterFinishMs } from '../http/limits.ts';
import { releaseBody } from '../http/release-body.ts';
import type { ChatCall, ProviderChunk } from '../contract.ts';
import { readEvents } from '../sse/read-events.ts';
import { assertContentType } from '../http/content-type.ts';
import { parseChunk } from './parse-chunk.ts';
import { postChat } from './post-chat.ts';
import type { PrefillDialect } from './request-body.ts';
import { StreamEnd } from '../whole-answer.ts';

/** `POST /chat/completions` with `stream: true`; each event is passed on as it came. */
export async function* streamChat(call: ChatCall, dialect: PrefillDialect): AsyncGenerator<ProviderChunk, void> {
  const { provider } = call.deployment;
  const { body, headers } = await postChat(call, true, dialect);
  const end = new StreamEnd(call);
  let keepConnection = false;
  let patience: NodeJS.Timeout | undefined;
  try {
    assertContentType(headers, 'text/event-stream', provider);
    for await (const event of readEvents(body)) {
      if (event.data === '[DONE]') {
        keepConnection = true;
        break;
      }
      const chunk = parseChunk(event, provider);
      end.see(chunk);
      if (end.isFinished(false)) patience ??= setTimeout(() => body.destroy(), maxAfterFinishMs);
      yield { chunk, raw: event.data };
    }
    call.signal.throwIfAborted();
    end.assertWhole(keepConnection);
  } catch (error) {
    // The text is whole; only what says so (usage, the mark) was lost.
    const brokeOff = !call.signal.aborted && !(error instanceof GatewayError);
    if (brokeOff && end.isFinished(false)) return;
    throw errorFromException(error, { provider, signal: call.signal, phase: 'within-answer' });
  } finally {
    clearTimeout(patience);
    if (keepConnection) releaseBody(body);
    else body.destroy();
  }
}
