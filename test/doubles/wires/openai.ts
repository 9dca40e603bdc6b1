import { vendorErrors } from '../fixtures/vendor-errors.ts';
import { prefillOf, remainingTokens, type Wire, type WireCall } from './wire.ts';

const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const promptTokens = 11;

function usage(completionTokens: number) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

/** `POST /v1/chat/completions` of OpenAI and of the servers that copy it (vLLM, llama.cpp, Ollama). */
export const openaiWire: Wire = {
  wantsStream: (call) => call.body['stream'] === true,
  modelOf: (call) => String(call.body['model']),

  frames(call, answer) {
    const tokens = remainingTokens(answer, prefillOf(call.body['messages']));
    const base = chunkBase(call);
    const withUsage = JSON.stringify(call.body['stream_options'])?.includes('"include_usage":true') ?? false;
    const choices = Array.from({ length: Number(call.body['n'] ?? 1) }, (_, index) => index);
    const chunk = (index: number, delta: object, finishReason: string | null = null) =>
      frame({
        ...base,
        choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
        ...(withUsage && { usage: null }),
      });
    const eachChoice = (delta: object) => choices.map((index) => chunk(index, delta)).join('');
    const spoken = [
      ...(answer.reasoning === undefined ? [] : [{ reasoning_content: answer.reasoning }]),
      ...(answer.toolCall === undefined ? tokens.map((content) => ({ content })) : toolCallDeltas(answer.toolCall)),
    ];
    const finishReason = answer.finishReason ?? (answer.toolCall ? 'tool_calls' : 'stop');
    return {
      head: [eachChoice({ role: 'assistant', content: answer.toolCall ? null : '', refusal: null })],
      tokens: spoken.map(eachChoice),
      finish: [
        choices.map((index) => chunk(index, {}, finishReason)).join(''),
        ...(withUsage ? [frame({ ...base, choices: [], usage: usage(tokens.length * choices.length) })] : []),
      ],
      done: ['data: [DONE]\n\n'],
    };
  },

  json(call, answer) {
    const tokens = remainingTokens(answer, prefillOf(call.body['messages']));
    const message = {
      role: 'assistant',
      content: answer.toolCall ? null : tokens.join(''),
      refusal: null,
      annotations: [],
      ...(answer.reasoning !== undefined && { reasoning_content: answer.reasoning }),
      ...(answer.toolCall && { tool_calls: [toolCallOf(answer.toolCall)] }),
    };
    const finishReason = answer.finishReason ?? (answer.toolCall ? 'tool_calls' : 'stop');
    const count = Number(call.body['n'] ?? 1);
    return JSON.stringify({
      ...chunkBase(call),
      object: 'chat.completion',
      choices: Array.from({ length: count }, (_, index) => ({
        index,
        message,
        logprobs: null,
        finish_reason: finishReason,
      })),
      usage: usage(tokens.length * count),
    });
  },

  emptyJson: (call) => JSON.stringify({ ...chunkBase(call), object: 'chat.completion', choices: [], usage: usage(0) }),
  errorEvent: (error) => `data: ${vendorErrors[error].openai}\n\n`,
};

function chunkBase(call: WireCall) {
  return {
    id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG',
    object: 'chat.completion.chunk',
    created: 1741570283,
    model: call.body['model'],
    service_tier: 'default',
    system_fingerprint: 'fp_fc9f1d7035',
  };
}

function toolCallOf(call: { id: string; name: string; arguments: string }) {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function toolCallDeltas(call: { id: string; name: string; arguments: string }) {
  const pieces = call.arguments.match(/.{1,4}/gsu) ?? [];
  return [
    { tool_calls: [{ index: 0, ...toolCallOf({ ...call, arguments: '' }) }] },
    ...pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
  ];
}
