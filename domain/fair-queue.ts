/** How a tenant stands among those that wait. */
export interface TenantShare {
  tenant: string;
  /** 1 goes before 2, and so on to 5. */
  priority: number;
  /** Turns it gets for one turn of a tenant with weight 1. */
  weight: number;
}

interface Line<T> extends TenantShare {
  items: T[];
  /** Where the tenant stands on its priority's clock: its turn comes when nobody stands earlier. */
  turn: number;
}

/**
 * A queue with a line for each tenant. Of the lines with the highest priority the one whose turn is earliest goes next;
 * a turn later it stands 1 / weight further. So a tenant that floods waits for itself, not others for it.
 *
 * Source: stride scheduling (Waldspurger & Weihl 1995), with a step of 1 / weight.
 */
export class FairQueue<T> {
  readonly #lines = new Map<string, Line<T>>();
  /** Of each priority: the turn that was taken last. Whoever joins late begins here. */
  readonly #clocks = new Map<number, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(share: TenantShare, item: T): void {
    const key = keyOf(share);
    const line = this.#lines.get(key) ?? { ...share, items: [], turn: this.#clocks.get(share.priority) ?? 0 };
    line.items.push(item);
    this.#lines.set(key, line);
    this.#size += 1;
  }

  /** Whose turn it is. */
  peek(): T | undefined {
    return this.#next()?.items[0];
  }

  shift(): T | undefined {
    const line = this.#next();
    if (!line) return undefined;
    this.#clocks.set(line.priority, line.turn);
    line.turn += 1 / line.weight;
    const item = line.items.shift();
    this.#taken(line);
    return item;
  }

  /** False where it is not waiting (any more). */
  remove(share: TenantShare, item: T): boolean {
    const line = this.#lines.get(keyOf(share));
    const at = line?.items.indexOf(item) ?? -1;
    if (!line || at < 0) return false;
    line.items.splice(at, 1);
    this.#taken(line);
    return true;
  }

  /**
   * Takes out whoever came last in the longest line, so that somebody else has room; lines of the lowest priority go
   * first. Nobody, where the newcomer's own line is that one.
   */
  makeRoomFor(newcomer: TenantShare): T | undefined {
    const [longest] = [...this.#lines.values()].toSorted(
      (a, b) => b.priority - a.priority || b.items.length / b.weight - a.items.length / a.weight,
    );
    if (!longest || newcomer.priority > longest.priority) return undefined;
    const own = this.#lines.get(keyOf(newcomer))?.items.length ?? 0;
    const isLonger = longest.items.length / longest.weight > (own + 1) / newcomer.weight;
    if (newcomer.priority === longest.priority && !isLonger) return undefined;
    const item = longest.items.pop();
    this.#taken(longest);
    return item;
  }

  #next(): Line<T> | undefined {
    let next: Line<T> | undefined;
    for (const line of this.#lines.values()) {
      if (!next || line.priority < next.priority || (line.priority === next.priority && line.turn < next.turn)) {
        next = line;
      }
    }
    return next;
  }

  #taken(line: Line<T>): void {
    this.#size -= 1;
    if (line.items.length === 0) this.#lines.delete(keyOf(line));
  }
}

function keyOf({ tenant, priority }: TenantShare): string {
  return `${priority} ${tenant}`;
}
