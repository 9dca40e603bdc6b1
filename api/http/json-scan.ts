import { GatewayError } from '../../domain/errors.ts';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/** What a body may hold, so that a small upload cannot become a large object graph. */
export const jsonLimits = { depth: 100, values: 200_000 } as const;

/** Index of the quote that ends the string opened at `start`; the length where none does. */
function endOfString(json: Buffer, start: number): number {
  let end = json.indexOf(quote, start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = json.indexOf(quote, end + 1);
  }
  return json.length;
}

/**
 * Refuses JSON that is nested deeper or holds more values than `jsonLimits`, before anything is built from it. Text is
 * skipped by a native search, so a body with one large image costs microseconds. Throws `invalid_request`.
 */
export function checkJsonShape(json: Buffer): void {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < json.length; index += 1) {
    switch (json[index]) {
      case quote:
        index = endOfString(json, index);
        break;
      case openBrace:
      case openBracket:
        depth += 1;
        values += 1;
        if (depth > jsonLimits.depth) {
          throw new GatewayError({
            type: 'invalid_request',
            message: `The body is nested deeper than ${jsonLimits.depth} levels. Send a flatter one.`,
          });
        }
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
      case comma:
        values += 1;
        break;
      default:
    }
    if (values > jsonLimits.values) {
      throw new GatewayError({
        type: 'invalid_request',
        message: `The body holds more than ${jsonLimits.values} values. Send a smaller one.`,
      });
    }
  }
}
