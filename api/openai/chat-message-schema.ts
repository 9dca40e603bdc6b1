import { z } from 'zod';
import { boundedArray } from '../http/bounded-schemas.ts';

/**
 * Messages of a chat request. Known fields are exact, unknown ones are kept and travel to the provider.
 * Source: OpenAI API reference, "Create chat completion", `messages`.
 */
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });

const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({ url: z.string().min(1), detail: z.enum(['auto', 'low', 'high']).optional() }),
});

const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().min(1), format: z.enum(['wav', 'mp3']) }),
});

const filePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    file_data: z.string().optional(),
    file_id: z.string().optional(),
    filename: z.string().optional(),
  }),
});

const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });

function contentOf<Part extends z.ZodType>(part: Part) {
  return z.union([z.string(), boundedArray(part, 1, 4096)]);
}

const textContent = contentOf(z.discriminatedUnion('type', [textPart]));
const name = z.string().max(256).optional();

const systemMessage = z.looseObject({ role: z.literal('system'), content: textContent, name });
const developerMessage = z.looseObject({ role: z.literal('developer'), content: textContent, name });
const userMessage = z.looseObject({
  role: z.literal('user'),
  content: contentOf(z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart])),
  name,
});

const toolCall = z.discriminatedUnion('type', [
  z.looseObject({
    id: z.string().min(1),
    type: z.literal('function'),
    function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
  }),
  z.looseObject({
    id: z.string().min(1),
    type: z.literal('custom'),
    custom: z.looseObject({ name: z.string().min(1), input: z.string() }),
  }),
]);

const assistantMessage = z
  .looseObject({
    role: z.literal('assistant'),
    content: contentOf(z.discriminatedUnion('type', [textPart, refusalPart])).nullish(),
    refusal: z.string().nullish(),
    name,
    tool_calls: boundedArray(toolCall, 0, 1024).nullish(),
    function_call: z.looseObject({ name: z.string(), arguments: z.string() }).nullish(),
    audio: z.looseObject({ id: z.string() }).nullish(),
  })
  .refine(
    (message) =>
      typeof message.content === 'string' ||
      [message.content, message.refusal, message.tool_calls, message.function_call, message.audio].some(
        (said) => said !== undefined && said !== null,
      ),
    { path: ['content'], error: 'is required where the message has no tool_calls' },
  );

const toolMessage = z.looseObject({
  role: z.literal('tool'),
  content: textContent,
  tool_call_id: z.string().min(1),
});

const functionMessage = z.looseObject({
  role: z.literal('function'),
  content: z.string().nullable(),
  name: z.string().min(1),
});

const chatMessage = z.discriminatedUnion('role', [
  systemMessage,
  developerMessage,
  userMessage,
  assistantMessage,
  toolMessage,
  functionMessage,
]);

export const chatMessages = boundedArray(chatMessage, 1, 10_000);
