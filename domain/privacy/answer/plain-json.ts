/**
 * Writes the escaped letters of a JSON text (`\u827e`) as they are, in pieces that may be cut anywhere: the same JSON,
 * in which words can be found. ASCII stays escaped, since some of it must. Only an escape that is not whole yet is kept
 * back.
 */
export class PlainJson {
  #held = '';

  push(piece: string): string {
    const text = this.#held + piece;
    this.#held = '';
    let plain = '';
    for (let at = 0; ;) {
      const escape = text.indexOf('\\', at);
      if (escape < 0) return plain + text.slice(at);
      plain += text.slice(at, escape);
      const end = escape + (text.charAt(escape + 1) === 'u' ? 6 : 2);
      if (end > text.length) {
        this.#held = text.slice(escape);
        return plain;
      }
      plain += unescaped(text.slice(escape, end));
      at = end;
    }
  }

  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

function unescaped(escape: string): string {
  const unit = /^\\u[\dA-Fa-f]{4}$/u.test(escape) ? Number.parseInt(escape.slice(2), 16) : 0;
  return unit < 0x80 ? escape : String.fromCharCode(unit);
}
