/**
 * An upstream whose streams keep time, as a process of its own: `node bench/metronome.ts --tokens 200 --pace-ms 50`.
 *
 * Each token is due at a fixed moment after the request (no drift), and its text is that moment in milliseconds of the
 * system's monotonic clock, which all processes of a machine share. Whoever receives the token knows how late it is,
 * without guessing from the gaps between tokens. It prints its base URL.
 */
import { createServer, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { listeningPort } from './listening-port.ts';
import { monotonicMs } from './monotonic-clock.ts';

const { values } = parseArgs({
  options: { tokens: { type: 'string', default: '200' }, 'pace-ms': { type: 'string', default: '50' } },
});
const tokens = Number(values.tokens);
const paceMs = Number(values['pace-ms']);

const chunk = (delta: object, finishReason: string | null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-metronome',
    object: 'chat.completion.chunk',
    created: 1741570283,
    model: 'metronome',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  })}\n\n`;

function beat(response: ServerResponse): void {
  const startedAt = monotonicMs();
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.write(chunk({ role: 'assistant', content: '' }, null));

  const dueAt = () => startedAt + (sent + 1) * paceMs;
  const waitForNext = () => {
    timer = setTimeout(sendDue, Math.max(0, dueAt() - monotonicMs()));
  };
  function sendDue(): void {
    // A timer may fire up to a millisecond early.
    for (; sent < tokens && dueAt() <= monotonicMs(); sent++) {
      response.write(chunk({ content: `${dueAt().toFixed(3)} ` }, null));
    }
    if (sent < tokens) return waitForNext();
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  }
  waitForNext();
  response.once('close', () => clearTimeout(timer));
}

const server = createServer((request, response) => {
  request.resume().once('end', () => beat(response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${listeningPort(server)}\n`);
});
process.once('SIGTERM', () => process.exit(0));
