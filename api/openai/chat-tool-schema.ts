import { z } from 'zod';
import { boundedArray } from '../http/bounded-schemas.ts';

/** Tools of a chat request. Source: OpenAI API reference, "Create chat completion", `tools` and `tool_choice`. */
const functionName = z.string().regex(/^[\w-]{1,64}$/);

const functionTool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: functionName,
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});

const customTool = z.looseObject({
  type: z.literal('custom'),
  custom: z.looseObject({
    name: functionName,
    description: z.string().optional(),
    format: z.looseObject({ type: z.enum(['text', 'grammar']) }).optional(),
  }),
});

export const tools = boundedArray(z.discriminatedUnion('type', [functionTool, customTool]), 0, 1024);

export const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: functionName }) }),
    z.looseObject({ type: z.literal('custom'), custom: z.looseObject({ name: functionName }) }),
    z.looseObject({
      type: z.literal('allowed_tools'),
      allowed_tools: z.looseObject({
        mode: z.enum(['auto', 'required']),
        tools: boundedArray(z.record(z.string(), z.unknown()), 0, 1024),
      }),
    }),
  ]),
]);

/** Deprecated by OpenAI, still sent by old clients. */
export const functions = boundedArray(
  z.looseObject({
    name: functionName,
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
  0,
  128,
);

export const functionCall = z.union([z.enum(['none', 'auto']), z.looseObject({ name: functionName })]);
