import { seededRandom } from '../../chaos/seeded-random.ts';

/** A body that must be refused, and the field that the refusal must name. */
export interface BadBody {
  what: string;
  body: unknown;
  param: string;
}

/** Planted wherever a text is wrong: no answer may ever quote it. */
export const canary = 'canary-5f0c';

const notNumbers = [canary, true, [], {}, [1], { a: canary }];
const notIntegers = [...notNumbers, 1.5, -0.1, 1e300, '1'];
const notStrings = [1, true, [], {}, 1e300];
const notBooleans = [canary, 0, 1, [], {}, 'true'];
const notArrays = [canary, 1, true, {}];
const notObjects = [canary, 1, true, []];

/** Bad values of optional top-level fields. */
const badFields: Record<string, unknown[]> = {
  frequency_penalty: [...notNumbers, -2.1, 2.1, 1e300],
  presence_penalty: [...notNumbers, -2.1, 2.1, -1e300],
  temperature: [...notNumbers, -0.1, 2.1, 1e300],
  top_p: [...notNumbers, -0.1, 1.1],
  logprobs: notBooleans,
  max_completion_tokens: [...notIntegers, 0, -1],
  max_tokens: [...notIntegers, 0, -1],
  n: [...notIntegers, 0, 129],
  seed: [...notNumbers, 1.5, 1e300],
  top_logprobs: [...notIntegers, -1, 21, 5],
  logit_bias: notObjects,
  metadata: [...notObjects, Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']))],
  modalities: [...notArrays, ['text', 'audio', 'text']],
  parallel_tool_calls: notBooleans,
  prediction: notObjects,
  response_format: notObjects,
  stop: [1, true, {}, ['a', 'b', 'c', 'd', 'e']],
  store: notBooleans,
  stream: notBooleans,
  stream_options: [...notObjects, {}, { include_usage: true }],
  tool_choice: [canary, 1, true, []],
  tools: notArrays,
  functions: notArrays,
  function_call: [canary, 1, true, []],
  user: notStrings,
  prompt_cache_key: notStrings,
  reasoning_effort: notStrings,
  gateway: notObjects,
};

const functionTool = { type: 'function', function: { name: 'look_up' } };
const call = { id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{}' } };

/** Bad fields inside of optional top-level fields: value and the path that must be named. */
const badNested: [field: string, value: unknown, param: string][] = [
  ['logit_bias', { '50256': 101 }, 'logit_bias.50256'],
  ['logit_bias', { '50256': canary }, 'logit_bias.50256'],
  ['metadata', { topic: 1 }, 'metadata.topic'],
  ['metadata', { topic: 'x'.repeat(513) }, 'metadata.topic'],
  ['modalities', ['text', canary], 'modalities[1]'],
  ['response_format', {}, 'response_format.type'],
  ['response_format', { type: canary }, 'response_format.type'],
  ['response_format', { type: 'json_schema' }, 'response_format.json_schema'],
  ['response_format', { type: 'json_schema', json_schema: {} }, 'response_format.json_schema.name'],
  ['response_format', { type: 'json_schema', json_schema: { name: 'a b' } }, 'response_format.json_schema.name'],
  [
    'response_format',
    { type: 'json_schema', json_schema: { name: 'a', schema: 1 } },
    'response_format.json_schema.schema',
  ],
  ['stop', [1], 'stop[0]'],
  ['tools', [functionTool, 1], 'tools[1]'],
  ['tools', [{}], 'tools[0].type'],
  ['tools', [{ type: canary }], 'tools[0].type'],
  ['tools', [{ type: 'function' }], 'tools[0].function'],
  ['tools', [{ type: 'function', function: {} }], 'tools[0].function.name'],
  ['tools', [{ type: 'function', function: { name: 'a.b' } }], 'tools[0].function.name'],
  ['tools', [{ type: 'function', function: { name: 'a', parameters: [] } }], 'tools[0].function.parameters'],
  ['tools', [{ type: 'custom', custom: {} }], 'tools[0].custom.name'],
  ['tool_choice', { type: canary }, 'tool_choice.type'],
  ['tool_choice', { type: 'function', function: {} }, 'tool_choice.function.name'],
  ['functions', [{}], 'functions[0].name'],
  ['gateway', { webhookUrl: 7 }, 'gateway.webhookUrl'],
  ['gateway', { cache: 7 }, 'gateway.cache'],
  ['gateway', { unknownOption: canary }, 'gateway.unknownOption'],
  ['gateway', { timeoutMs: 0 }, 'gateway.timeoutMs'],
  ['gateway', { timeoutMs: 1.5 }, 'gateway.timeoutMs'],
  ['gateway', { maxCostUsd: -1 }, 'gateway.maxCostUsd'],
  ['gateway', { policy: 'a b' }, 'gateway.policy'],
  ['gateway', { qos: {} }, 'gateway.qos'],
  ['gateway', { qos: { cost: 0 } }, 'gateway.qos'],
  ['gateway', { qos: { cost: 1.1 } }, 'gateway.qos.cost'],
  ['gateway', { qos: { speed: 1 } }, 'gateway.qos.speed'],
];

/** Bad messages and the path, below `messages`, that must be named. */
const badMessages: [messages: unknown, param: string][] = [
  ...[...notArrays, []].map((value): [unknown, string] => [value, 'messages']),
  ...[1, canary, null, []].map((value): [unknown, string] => [[value], 'messages[0]']),
  [[{ content: 'a' }], 'messages[0].role'],
  [[{ role: canary, content: 'a' }], 'messages[0].role'],
  [[{ role: 'user' }], 'messages[0].content'],
  ...[1, true, null, {}, []].map((content): [unknown, string] => [[{ role: 'user', content }], 'messages[0].content']),
  ...[1, true, {}, []].map((content): [unknown, string] => [[{ role: 'assistant', content }], 'messages[0].content']),
  ...['system', 'developer', 'user', 'tool'].map((role): [unknown, string] => [
    [{ role, content: [{ type: canary }], tool_call_id: 'c' }],
    'messages[0].content[0].type',
  ]),
  [
    [
      { role: 'user', content: 'a' },
      { role: 'user', content: [1] },
    ],
    'messages[1].content[0]',
  ],
  [[{ role: 'user', content: [{}] }], 'messages[0].content[0].type'],
  [[{ role: 'user', content: [{ type: 'text' }] }], 'messages[0].content[0].text'],
  [[{ role: 'user', content: [{ type: 'text', text: 1 }] }], 'messages[0].content[0].text'],
  [[{ role: 'user', content: [{ type: 'image_url' }] }], 'messages[0].content[0].image_url'],
  [[{ role: 'user', content: [{ type: 'image_url', image_url: canary }] }], 'messages[0].content[0].image_url'],
  [[{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }], 'messages[0].content[0].image_url.url'],
  [
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:', detail: canary } }] }],
    'messages[0].content[0].image_url.detail',
  ],
  [[{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }], 'messages[0].content[0].input_audio.data'],
  [
    [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'a', format: canary } }] }],
    'messages[0].content[0].input_audio.format',
  ],
  [[{ role: 'user', content: [{ type: 'file', file: { file_id: 1 } }] }], 'messages[0].content[0].file.file_id'],
  [[{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'a' } }] }], 'messages[0].content[0].type'],
  [[{ role: 'assistant' }], 'messages[0].content'],
  [[{ role: 'assistant', content: null }], 'messages[0].content'],
  [[{ role: 'assistant', tool_calls: 1 }], 'messages[0].tool_calls'],
  [[{ role: 'assistant', tool_calls: [{ ...call, id: 1 }] }], 'messages[0].tool_calls[0].id'],
  [[{ role: 'assistant', tool_calls: [{ ...call, type: canary }] }], 'messages[0].tool_calls[0].type'],
  [
    [{ role: 'assistant', tool_calls: [{ ...call, function: { name: 'a', arguments: {} } }] }],
    'messages[0].tool_calls[0].function.arguments',
  ],
  [[{ role: 'tool', content: 'a' }], 'messages[0].tool_call_id'],
  [[{ role: 'tool', content: 'a', tool_call_id: 1 }], 'messages[0].tool_call_id'],
  [[{ role: 'function', content: 'a' }], 'messages[0].name'],
  [[{ role: 'user', content: 'a', name: 1 }], 'messages[0].name'],
];

/** Good values of optional fields, to stand around the bad one. */
const goodFields: Record<string, unknown> = {
  temperature: 1,
  top_p: 0.5,
  n: 1,
  stop: ['END'],
  user: 'u',
  seed: 7,
  metadata: { topic: 'a' },
  tools: [functionTool],
  tool_choice: 'auto',
  response_format: { type: 'json_object' },
  unheard_of: { deep: [1, { a: null }] },
};

/** The fields a good body has, with a random choice of those that may be left out. */
export function goodBody(random: () => number): Record<string, unknown> {
  const chosen = Object.entries(goodFields).filter(() => random() < 0.5);
  return { model: 'auto', messages: [{ role: 'user', content: 'Hi' }], ...Object.fromEntries(chosen) };
}

/** Each known way to be wrong, `rounds` times, each time among other good fields. */
export function badBodies(seed: number, rounds: number): BadBody[] {
  const random = seededRandom(seed).next;
  const wrong: [field: string, value: unknown, param: string][] = [
    ...[...notStrings, '', null, 'm'.repeat(257)].map((value): [string, unknown, string] => ['model', value, 'model']),
    ...Object.entries(badFields).flatMap(([field, values]) =>
      values.map((value): [string, unknown, string] => [field, value, field]),
    ),
    ...badNested,
    ...badMessages.map(([value, param]): [string, unknown, string] => ['messages', value, param]),
    ['model', undefined, 'model'],
    ['messages', undefined, 'messages'],
  ];
  return Array.from({ length: rounds }, () =>
    wrong.map(([field, value, param]): BadBody => ({
      what: `${field} = ${JSON.stringify(value)?.slice(0, 80)}`,
      body: { ...goodBody(random), [field]: value },
      param,
    })),
  ).flat();
}
