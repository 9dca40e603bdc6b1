/** A string or number inside a JSON text, with the key it is the value of. */
export interface JsonScalar {
  /** The string itself, or the number as it is written. */
  value: string;
  key: string | undefined;
  /** True for the name of a member. */
  isKey: boolean;
  isNumber: boolean;
}

/**
 * Rewrites the strings and numbers of a JSON text in place. Everything else (white space, order, the digits of large
 * numbers) stays as it is, which parsing and printing again would not keep. What `rewrite` changes is written as a
 * string. Returns undefined where the text is no JSON object or array.
 */
export function rewriteJsonText(json: string, rewrite: (scalar: JsonScalar) => string): string | undefined {
  if (!/^\s*[[{]/u.test(json) || !isJson(json)) return undefined;
  let out = '';
  let at = 0;
  let key: string | undefined;
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]]/gu)) {
    const isNumber = /^[-\d]/u.test(token);
    if (!isNumber && !token.startsWith('"')) {
      if (token !== '[') key = undefined;
      continue;
    }
    const value = isNumber ? token : String(JSON.parse(token));
    const isKey = !isNumber && /^\s*:/u.test(json.slice(index + token.length, index + token.length + 16));
    const rewritten = rewrite({ value, key: isKey ? undefined : key, isKey, isNumber });
    if (isKey) key = value;
    if (rewritten === value) continue;
    out += json.slice(at, index) + JSON.stringify(rewritten);
    at = index + token.length;
  }
  return out + json.slice(at);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
