const none: readonly RegExpExecArray[] = [];

/**
 * All matches of a global expression. `String.matchAll` makes a new expression at every call, which costs more than the
 * search itself on the short texts of a chat.
 */
export function matchesOf(text: string, expression: RegExp): readonly RegExpExecArray[] {
  expression.lastIndex = 0;
  let match = expression.exec(text);
  if (match === null) return none;
  const found: RegExpExecArray[] = [];
  for (; match !== null; match = expression.exec(text)) {
    found.push(match);
    if (match[0] === '') expression.lastIndex += 1;
  }
  return found;
}
