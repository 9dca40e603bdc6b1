import type { ChatDelta } from '../../chat.ts';
import type { AnswerText, TextLane } from './answer-text.ts';
import { type Gate, isOpaque, showWhole, targetOf } from './whole-answer.ts';

/** Where a text stands in a delta: names of members, and the `index` of elements of a list. */
type Path = readonly (string | number)[];

/**
 * The texts of one choice of a streamed answer, each on its own: content, refusal, reasoning, and each tool call. A
 * placeholder or a term is never put together from pieces of two of them.
 */
export class AnswerLanes {
  readonly #text: AnswerText;
  readonly #gate: Gate = { stopped: false };
  readonly #open = new Map<string, { path: Path; lane: TextLane }>();

  constructor(text: AnswerText) {
    this.#text = text;
  }

  get stopped(): boolean {
    return this.#gate.stopped;
  }

  /** The delta as the caller gets it; after a stop no text follows. */
  show(delta: ChatDelta): ChatDelta {
    return this.#walk(delta, []) as ChatDelta;
  }

  /** Ends all texts and adds what they had kept back to the delta. */
  end(delta: ChatDelta): ChatDelta {
    let ended: unknown = delta;
    for (const { path, lane } of this.#open.values()) {
      if (this.#gate.stopped) break;
      const rest = lane.end();
      this.#gate.stopped = rest.stopped;
      if (rest.text !== '') ended = append(ended, path, rest.text);
    }
    this.#open.clear();
    return ended as ChatDelta;
  }

  #walk(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return this.#string(value, path);
    if (Array.isArray(value)) return value.map((item: unknown) => this.#element(item, path));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]): [string, unknown] => [name, this.#walk(member, [...path, name])]),
    );
  }

  /** An element that bears a number goes on in later chunks; another one is whole. */
  #element(item: unknown, path: Path): unknown {
    const index = indexOf(item);
    if (index !== undefined) return this.#walk(item, [...path, index]);
    return showWhole(item, String(path.at(-1)), this.#text, this.#gate);
  }

  #string(text: string, path: Path): string {
    const name = String(path.at(-1));
    if (isOpaque(name)) return text;
    // The name of a function comes in one piece.
    if (this.#gate.stopped || name === 'name') return String(showWhole(text, name, this.#text, this.#gate));
    const shown = this.#lane(path, name).push(text);
    this.#gate.stopped = shown.stopped;
    return shown.text;
  }

  #lane(path: Path, name: string): TextLane {
    const key = path.join(' ');
    let entry = this.#open.get(key);
    if (!entry) {
      entry = { path, lane: this.#text.lane(targetOf(name)) };
      this.#open.set(key, entry);
    }
    return entry.lane;
  }
}

/** The value with `text` behind what stands at `path`; what is missing on the way there is made. */
function append(value: unknown, [step, ...rest]: Path, text: string): unknown {
  if (step === undefined) return (typeof value === 'string' ? value : '') + text;
  if (typeof step === 'number') {
    const items: unknown[] = Array.isArray(value) ? value : [];
    const known = items.some((item) => indexOf(item) === step);
    const all = known ? items : [...items, { index: step }];
    return all.map((item) => (indexOf(item) === step ? append(item, rest, text) : item));
  }
  const members = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...members, [step]: append(members[step], rest, text) };
}

function indexOf(item: unknown): number | undefined {
  if (typeof item !== 'object' || item === null || !('index' in item)) return undefined;
  return typeof item.index === 'number' ? item.index : undefined;
}
