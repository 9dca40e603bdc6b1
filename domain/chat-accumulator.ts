import type {
  ChatChunkChoice,
  ChatCompletion,
  ChatCompletionChoice,
  ChatCompletionChunk,
  ChatDelta,
  ChatToolCall,
  ChatToolCallDelta,
  ChatUsage,
} from './chat.ts';

/** Folds the chunks of a streamed answer into the completion that a call without a stream would have given. */
export interface ChatAccumulator {
  add(chunk: ChatCompletionChunk): void;
  /** The answer so far. An object of its own each time. */
  completion(): ChatCompletion;
  /** `content` of a choice so far; empty where it has none. */
  text(choice?: number): string;
  /** Of each choice seen, by index; null while it goes on. */
  finishReasons(): (string | null)[];
  /** The last usage a chunk carried. */
  readonly usage: ChatUsage | undefined;
}

/**
 * Rules, as servers send them: identity (`id`, `created`, `model`) is the first chunk's; texts of a delta, known or
 * not (`reasoning_content`), are joined; lists (log probabilities, annotations) are joined; tool calls are joined by
 * their index, whose id and name count once even where they are repeated; of anything else the last value counts.
 */
export function createChatAccumulator(): ChatAccumulator {
  let identity: Pick<ChatCompletionChunk, 'id' | 'created' | 'model'> | undefined;
  const extra: Record<string, unknown> = {};
  const choices = new Map<number, ChoiceState>();
  let usage: ChatUsage | undefined;

  function inOrder(): ChoiceState[] {
    return [...choices.values()].toSorted((a, b) => a.index - b.index);
  }

  return {
    add({ id, created, model, choices: added, usage: itsUsage, object: _object, ...rest }) {
      identity ??= { id, created, model };
      keepLatest(extra, rest);
      usage = itsUsage ?? usage;
      for (const choice of added) {
        let state = choices.get(choice.index);
        if (state === undefined) choices.set(choice.index, (state = newChoice(choice.index)));
        addToChoice(state, choice);
      }
    },

    completion() {
      return structuredClone({
        ...(identity ?? { id: '', created: 0, model: '' }),
        object: 'chat.completion' as const,
        choices: inOrder().map(finalChoice),
        ...(usage !== undefined && { usage }),
        ...extra,
      });
    },

    text: (choice = 0) => choices.get(choice)?.content ?? '',
    finishReasons: () => inOrder().map((choice) => choice.finishReason),
    get usage() {
      return usage;
    },
  };
}

interface ChoiceState {
  index: number;
  role: string;
  content: string | null;
  finishReason: string | null;
  /** Fields of the delta other than role, content and tool calls. */
  message: Record<string, unknown>;
  toolCalls: Map<number, ChatToolCall>;
  logprobs: Record<string, unknown> | undefined;
  /** Fields beside the delta. */
  extra: Record<string, unknown>;
}

function newChoice(index: number): ChoiceState {
  return {
    index,
    role: 'assistant',
    content: null,
    finishReason: null,
    message: {},
    toolCalls: new Map(),
    logprobs: undefined,
    extra: {},
  };
}

function addToChoice(
  state: ChoiceState,
  { index: _index, delta, finish_reason, logprobs, ...rest }: ChatChunkChoice,
): void {
  addDelta(state, delta);
  state.finishReason = finish_reason ?? state.finishReason;
  if (logprobs) join((state.logprobs ??= {}), logprobs);
  keepLatest(state.extra, rest);
}

function addDelta(state: ChoiceState, { role, content, tool_calls: toolCalls, ...rest }: ChatDelta): void {
  if (role) state.role = role;
  if (typeof content === 'string') state.content = (state.content ?? '') + content;
  for (const call of toolCalls ?? []) addToolCall(state.toolCalls, call);
  join(state.message, rest);
}

function addToolCall(calls: Map<number, ChatToolCall>, delta: ChatToolCallDelta): void {
  let call = calls.get(delta.index);
  if (call === undefined) {
    calls.set(delta.index, (call = { id: '', type: 'function', function: { name: '', arguments: '' } }));
  }
  call.id ||= delta.id ?? '';
  call.type = delta.type ?? call.type;
  call.function.name ||= delta.function?.name ?? '';
  call.function.arguments += delta.function?.arguments ?? '';
}

/** Joins texts and lists, one level deep also within objects (`audio`, `function_call`); ids are not joined. */
function join(target: Record<string, unknown>, addition: object): void {
  for (const [field, value] of Object.entries(addition)) {
    const before = target[field];
    if (typeof before === 'string' && typeof value === 'string' && field !== 'id') target[field] = before + value;
    else if (Array.isArray(before) && Array.isArray(value))
      target[field] = [...(before as unknown[]), ...(value as unknown[])];
    else if (isObject(before) && isObject(value)) join(before, value);
    else if ((value ?? null) !== null || before === undefined) target[field] = isObject(value) ? { ...value } : value;
  }
}

function keepLatest(target: Record<string, unknown>, addition: object): void {
  for (const [field, value] of Object.entries(addition)) {
    if ((value ?? null) !== null || target[field] === undefined) target[field] = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function finalChoice(state: ChoiceState): ChatCompletionChoice {
  const toolCalls = [...state.toolCalls.entries()].toSorted(([a], [b]) => a - b).map(([, call]) => call);
  return {
    index: state.index,
    message: {
      role: state.role,
      content: state.content === '' && toolCalls.length > 0 ? null : state.content,
      ...state.message,
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    finish_reason: state.finishReason,
    ...(state.logprobs !== undefined && { logprobs: state.logprobs }),
    ...state.extra,
  };
}
