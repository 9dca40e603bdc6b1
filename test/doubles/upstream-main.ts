/**
 * The double as a process of its own, for benchmarks and fault tests:
 * `node test/doubles/upstream-main.ts --port 9001 --tokens 20 --pace-ms 5 --delay-ms 100`.
 * `GET /__calls` tells what it saw; `POST /__script {"behaviours": […], "model"?: "…"}` changes what it does.
 */
import { parseArgs } from 'node:util';
import { startUpstream } from './upstream.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    tokens: { type: 'string', default: '5' },
    'pace-ms': { type: 'string' },
    'delay-ms': { type: 'string', default: '0' },
    'keep-bodies': { type: 'boolean', default: false },
  },
});

const upstream = await startUpstream({
  port: Number(values.port),
  keepBodies: values['keep-bodies'],
  otherwise: {
    kind: 'answer',
    tokens: Number(values.tokens),
    delayMs: Number(values['delay-ms']),
    ...(values['pace-ms'] !== undefined && { paceMs: Number(values['pace-ms']) }),
  },
});
process.stdout.write(`${upstream.url}\n`);
process.once('SIGTERM', () => void upstream.close().then(() => process.exit(0)));
