/**
 * What guarding adds to a streamed answer, in this process: CPU time until the first piece can go on, and for each
 * chunk; and what comes before the call, once a request.
 *
 *   npm run bench:privacy-stream
 */
import type { ChatCompletionChunk } from '../../domain/chat.ts';
import { showStream } from '../../domain/privacy/answer/streamed-answer.ts';
import { createContentGuard } from '../../domain/privacy/content-guard.ts';
import { rewriteRequest } from '../../domain/privacy/rewrite-request.ts';
import { harmTerms, medicalTerms } from '../../domain/privacy/shipped-terms.ts';
import { quantile } from '../statistics.ts';

const rounds = 2_000;
const chunksPerAnswer = 200;
const tenantKey = new Uint8Array(32).fill(1);
const guard = createContentGuard([
  {
    redact: (['person', 'phone', 'id_card', 'email'] as const).map((entity) => ({ entity, action: 'pseudonymize' })),
    wordLists: [{ entity: 'person', words: Array.from({ length: 50_000 }, (_, index) => `Patient Number${index}`) }],
    patterns: [],
    inputFilters: [],
    outputFilters: [...medicalTerms, ...harmTerms].map((each) => ({ ...each, action: 'mask' })),
  },
]);
const sentence =
  '患者诸葛晴，电话13890825181，身份证11010519491231002X。Please call Dr. Margaret Hamilton at m.h@example.org. ';
const body = { model: 'auto', messages: [{ role: 'user', content: sentence.repeat(8) }] };
const bodyKb = Buffer.byteLength(JSON.stringify(body)) / 1024;

const guarded = guard.request(body, tenantKey);
if (guarded.kind === 'refused') throw new Error('nothing of this request is to be refused');
const { placeholders } = guarded;
const [name = ''] = Object.keys(placeholders);
const chunks = Array.from({ length: chunksPerAnswer }, (_, index): ChatCompletionChunk => {
  const content = index % 10 === 3 ? name.slice(0, 9) : index % 10 === 4 ? name.slice(9) : ' then call';
  return {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content } }],
  };
});

const redacting = timesOf(() => void guard.request(body, tenantKey), rounds / 4);
const hiding = timesOf(() => {
  const shown = guard.answer(placeholders);
  if (shown) rewriteRequest(guarded.body, (text) => shown.hide(text));
}, rounds);
const first = timesOf(() => {
  const shown = guard.answer(placeholders);
  const [chunk] = chunks;
  if (shown && chunk) showStream(shown, 1).next(chunk);
}, rounds);
const whole = timesOf(() => {
  const shown = guard.answer(placeholders);
  if (!shown) return;
  const stream = showStream(shown, 1);
  for (const chunk of chunks) stream.next(chunk);
}, rounds / 4);

print(`before the call, a body of ${bodyKb.toFixed(1)} KB with ${Object.keys(placeholders).length} placeholders:`);
print(
  `  redact                    ${line(redacting)}   ${(quantile(redacting, 0.5) / bodyKb).toFixed(0)} µs/KB at p50`,
);
print(`  hide in what is sent      ${line(hiding)}`);
print('within the stream:');
print(`  until the first piece     ${line(first)}`);
print(`  each chunk                ${line(whole.map((us) => us / chunksPerAnswer))}`);

function timesOf(work: () => void, times: number): number[] {
  for (let round = 0; round < times / 2; round += 1) work();
  return Array.from({ length: times }, () => {
    const startedAt = performance.now();
    work();
    return (performance.now() - startedAt) * 1_000;
  });
}

function line(times: readonly number[]): string {
  return `p50 ${quantile(times, 0.5).toFixed(1)} µs, p99 ${quantile(times, 0.99).toFixed(1)} µs`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
