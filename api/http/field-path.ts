const plainKey = /^[\w-]{1,64}$/;

/**
 * Name of a field as OpenAI writes it, e.g. `messages[0].content`. The client's own keys may be content, so a path
 * stops in front of one that is not a plain short word. Undefined for the body itself.
 */
export function fieldName(path: readonly PropertyKey[]): string | undefined {
  let name = '';
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`;
    else if (typeof part === 'string' && plainKey.test(part)) name += name === '' ? part : `.${part}`;
    else break;
  }
  return name === '' ? undefined : name;
}
