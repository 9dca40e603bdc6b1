import type { Answer } from '../behaviour.ts';
import { vendorErrors } from '../fixtures/vendor-errors.ts';
import { remainingTokens, type Wire, type WireCall } from './wire.ts';

const frame = (value: unknown) => `data: ${JSON.stringify(value)}\r\n\r\n`;

/** `POST /v1beta/models/MODEL:generateContent` of Google's Gemini API, and `:streamGenerateContent?alt=sse`. */
export const googleWire: Wire = {
  wantsStream: (call) => call.path.includes(':streamGenerateContent'),
  modelOf,

  frames(call, answer) {
    const tokens = remainingTokens(answer, '');
    const candidate = (parts: object[], finishReason?: string) => ({
      candidates: [{ content: { parts, role: 'model' }, ...(finishReason && { finishReason }), index: 0 }],
      usageMetadata: usage(tokens.length),
      ...responseBase(call),
    });
    return {
      head: answer.reasoning === undefined ? [] : [frame(candidate([{ text: answer.reasoning, thought: true }]))],
      tokens: answer.toolCall
        ? [frame(candidate([functionCall(answer.toolCall)]))]
        : tokens.map((text) => frame(candidate([{ text }]))),
      finish: [frame(candidate([{ text: '' }], answer.finishReason ?? 'STOP'))],
      done: [],
    };
  },

  json(call, answer) {
    const tokens = remainingTokens(answer, '');
    const spoken = answer.toolCall ? functionCall(answer.toolCall) : { text: tokens.join('') };
    const thought = answer.reasoning === undefined ? [] : [{ text: answer.reasoning, thought: true }];
    return JSON.stringify({
      candidates: [
        {
          content: { parts: [...thought, spoken], role: 'model' },
          finishReason: answer.finishReason ?? 'STOP',
          index: 0,
        },
      ],
      usageMetadata: usage(tokens.length),
      ...responseBase(call),
    });
  },

  emptyJson: (call) =>
    JSON.stringify({
      candidates: [{ content: {}, finishReason: 'STOP', index: 0 }],
      usageMetadata: usage(0),
      ...responseBase(call),
    }),
  errorEvent: (error) => `data: ${vendorErrors[error].google}\r\n\r\n`,
};

function modelOf(call: WireCall): string {
  return /models\/([^:]+):/.exec(call.path)?.[1] ?? '';
}

function responseBase(call: WireCall) {
  return { modelVersion: modelOf(call), responseId: 'kJ4vaOq0KZ2kmtkP4d3a0QM' };
}

function usage(candidatesTokenCount: number) {
  const promptTokenCount = 11;
  return {
    promptTokenCount,
    candidatesTokenCount,
    totalTokenCount: promptTokenCount + candidatesTokenCount,
    cachedContentTokenCount: 4,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokenCount }],
  };
}

function functionCall(call: NonNullable<Answer['toolCall']>) {
  return { functionCall: { name: call.name, args: JSON.parse(call.arguments) as unknown } };
}
