import type { StreamReplacer } from './stream-replacer.ts';
import { createRestorer, type PlaceholderMap, type RestoreTarget } from './stream-restorer.ts';

/** One of the texts that come interleaved in one stream: the content of a choice, or the arguments of a tool call. */
interface Lane {
  choice: number;
  /** Field of the delta, e.g. `content`, `refusal`, `reasoning_content`, or `arguments`. */
  field: string;
  /** Index of the tool call, for `arguments`. */
  toolCall?: number;
}

interface LaneRest {
  lane: Lane;
  text: string;
}

export interface LaneRestorer {
  /** Text to send on for this piece of the lane. */
  push(lane: Lane, piece: string): string;
  /** Ends the lanes of one choice, or all of them; returns those that had kept something back, in order of opening. */
  end(choice?: number): LaneRest[];
}

/** Restores interleaved texts, each on its own: a placeholder is never put together from pieces of two lanes. */
export function createLaneRestorer(map: PlaceholderMap): LaneRestorer {
  const restorer = createRestorer(map);
  const open = new Map<string, { lane: Lane; replacer: StreamReplacer }>();
  return {
    push(lane, piece) {
      const key = `${lane.choice} ${lane.toolCall ?? ''} ${lane.field}`;
      let entry = open.get(key);
      if (entry === undefined) {
        const target: RestoreTarget = lane.field === 'arguments' ? 'json' : 'text';
        entry = { lane: { ...lane }, replacer: restorer.stream(target) };
        open.set(key, entry);
      }
      return entry.replacer.push(piece);
    },
    end(choice) {
      const rests: LaneRest[] = [];
      for (const [key, { lane, replacer }] of open) {
        if (choice !== undefined && lane.choice !== choice) continue;
        open.delete(key);
        const text = replacer.end();
        if (text !== '') rests.push({ lane, text });
      }
      return rests;
    },
  };
}
