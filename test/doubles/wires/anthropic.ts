import type { Answer } from '../behaviour.ts';
import { vendorErrors } from '../fixtures/vendor-errors.ts';
import { prefillOf, remainingTokens, type Wire, type WireCall } from './wire.ts';

const frame = (value: { type: string; [field: string]: unknown }) =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const inputUsage = { input_tokens: 11, cache_creation_input_tokens: 0, cache_read_input_tokens: 4 };

/** `POST /v1/messages` of Anthropic, and its event stream (message_start … message_stop). */
export const anthropicWire: Wire = {
  wantsStream: (call) => call.body['stream'] === true,
  modelOf: (call) => String(call.body['model']),

  frames(call, answer) {
    const tokens = remainingTokens(answer, prefillOf(call.body['messages']));
    const blocks = contentBlocks(answer, tokens);
    return {
      head: [
        frame({
          type: 'message_start',
          message: {
            ...messageBase(call),
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: { ...inputUsage, output_tokens: 1 },
          },
        }),
        frame({ type: 'ping' }),
      ],
      tokens: blocks.flatMap((block, index) => blockFrames(block, index, tokens)),
      finish: [
        frame({
          type: 'message_delta',
          delta: { stop_reason: stopReason(answer), stop_sequence: null },
          usage: { output_tokens: tokens.length },
        }),
      ],
      done: [frame({ type: 'message_stop' })],
    };
  },

  json(call, answer) {
    const tokens = remainingTokens(answer, prefillOf(call.body['messages']));
    return JSON.stringify({
      ...messageBase(call),
      content: contentBlocks(answer, tokens),
      stop_reason: stopReason(answer),
      stop_sequence: null,
      usage: { ...inputUsage, output_tokens: tokens.length },
    });
  },

  emptyJson: (call) =>
    JSON.stringify({
      ...messageBase(call),
      content: [],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { ...inputUsage, output_tokens: 0 },
    }),
  errorEvent: (error) => `event: error\ndata: ${vendorErrors[error].anthropic}\n\n`,
};

type Block =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown };

function messageBase(call: WireCall) {
  return { id: 'msg_01XFDUDYJgAACzvnptvVoYEL', type: 'message', role: 'assistant', model: call.body['model'] };
}

function contentBlocks(answer: Answer, tokens: string[]): Block[] {
  const thinking: Block[] =
    answer.reasoning === undefined
      ? []
      : [{ type: 'thinking', thinking: answer.reasoning, signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h' }];
  if (answer.toolCall === undefined) return [...thinking, { type: 'text', text: tokens.join('') }];
  const { id, name, arguments: input } = answer.toolCall;
  return [...thinking, { type: 'tool_use', id, name, input: JSON.parse(input) as unknown }];
}

function stopReason(answer: Answer): string {
  return answer.finishReason ?? (answer.toolCall ? 'tool_use' : 'end_turn');
}

function blockFrames(block: Block, index: number, tokens: string[]): string[] {
  const start = (content_block: object) => frame({ type: 'content_block_start', index, content_block });
  const delta = (value: object) => frame({ type: 'content_block_delta', index, delta: value });
  const stop = frame({ type: 'content_block_stop', index });
  return [start(emptyBlock(block)), ...deltasOf(block, tokens).map(delta), stop];
}

function emptyBlock(block: Block): object {
  if (block.type === 'text') return { type: 'text', text: '' };
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return { ...block, input: {} };
}

function deltasOf(block: Block, tokens: string[]): object[] {
  if (block.type === 'text') return tokens.map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'thinking') {
    return [
      { type: 'thinking_delta', thinking: block.thinking },
      { type: 'signature_delta', signature: block.signature },
    ];
  }
  const pieces = JSON.stringify(block.input).match(/.{1,4}/gsu) ?? [];
  return pieces.map((partialJson) => ({ type: 'input_json_delta', partial_json: partialJson }));
}
