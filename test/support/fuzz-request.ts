import type { SeededRandom } from '../chaos/seeded-random.ts';

/** As much of OpenAPI 3.1 as the gateway's own document uses. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  prefixItems?: Schema[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
}
interface Operation {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

export interface FuzzRequest {
  /** Method and path of the document. */
  operation: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** Planted as a value in bodies: no error may quote what was sent. The names of fields and models it may name. */
export const canary = 'canary-7a1e';

const deep = JSON.parse(`${'['.repeat(200)}1${']'.repeat(200)}`) as unknown;
const nasty: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  9_007_199_254_740_992,
  '',
  ' ',
  canary,
  `${canary} ${'x'.repeat(5_000)}`,
  '\u0000',
  '\u202egnp.exe',
  '\ud800',
  '🦊'.repeat(50),
  "' OR 1=1 --",
  '%_[]{}()*+?\\^$|',
  '../../../etc/passwd',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '__proto__',
  '2026-02-30T25:61:61Z',
  'NaN',
  [],
  [[]],
  {},
  { __proto__: { admin: true }, constructor: 1 },
  { unknown: canary },
  deep,
];
const nastyTexts: readonly [string, ...string[]] = [
  'x',
  '..',
  '%00',
  'a'.repeat(300),
  "' OR 1=1 --",
  '%',
  '🦊',
  'req_0123456789abcdef0123456789abcdef',
  'req_',
  '-1',
  '1e400',
  'null',
  '{}',
  'a/b',
  'ÿ',
];

/** Endless bad and half-bad requests to everything the document describes; the same for the same randomness. */
export function* fuzzRequests(document: OpenApi, random: SeededRandom): Generator<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  for (;;) {
    for (const { path, method, operation } of operations) {
      const parameters = operation.parameters ?? [];
      const filled = path.replaceAll(/\{\w+\}/g, () =>
        encodeURIComponent(random.pick(nastyTexts)).replaceAll('.', '%2e'),
      );
      const query = new URLSearchParams();
      const headers: Record<string, string> = {};
      for (const { name, in: place } of parameters) {
        if (place === 'path' || random.below(2) === 0) continue;
        const value = random.pick(nastyTexts);
        if (place === 'query') query.set(name, value);
        else headers[name] = value.replaceAll(/[^\x20-\x7e]/g, '?');
      }
      const search = query.size > 0 ? `?${query.toString()}` : '';
      const schema = operation.requestBody?.content['application/json']?.schema;
      yield {
        operation: `${method} ${path}`,
        method,
        path: filled + search,
        headers,
        ...(schema && bodyFor(schema, random, headers)),
      };
    }
  }
}

function bodyFor(schema: Schema, random: SeededRandom, headers: Record<string, string>): Pick<FuzzRequest, 'body'> {
  headers['content-type'] =
    random.below(20) === 0 ? random.pick(['text/plain', 'application/xml; q', 'image/png', 'x']) : 'application/json';
  const mutations = random.below(4);
  let value = sample(schema, schema, random, 0);
  for (let count = 0; count <= mutations; count++) value = mutated(value, random);
  const text = JSON.stringify(value) ?? 'undefined';
  switch (random.below(12)) {
    case 0:
      return { body: text.slice(0, random.below(text.length + 1)) };
    case 1:
      return { body: `${text}${text}` };
    case 2:
      return { body: new Uint8Array([0xff, 0xfe, ...new TextEncoder().encode(text), 0xc3]) };
    case 3:
      return { body: text.replace('{', '{"a":1,"a":') };
    default:
      return { body: text };
  }
}

/** A value that the schema allows, or nearly. */
function sample(schema: Schema, root: Schema, random: SeededRandom, depth: number): unknown {
  const resolved =
    schema.$ref === undefined
      ? schema
      : schema.$ref === '#'
        ? root
        : (root.$defs?.[schema.$ref.slice('#/$defs/'.length)] ?? {});
  const {
    const: fixed,
    enum: values,
    anyOf,
    oneOf,
    allOf,
    type,
    properties = {},
    required = [],
    items,
    minItems = 0,
  } = resolved;
  const choices = anyOf ?? oneOf;
  if (fixed !== undefined) return fixed;
  if (values && values.length > 0) return values[random.below(values.length)];
  if (depth > 6) return null;
  if (choices && choices.length > 0)
    return sample(choices[random.below(choices.length)] ?? {}, root, random, depth + 1);
  if (allOf) return Object.assign({}, ...allOf.map((part) => sample(part, root, random, depth + 1))) as unknown;
  if (type === 'object') {
    const kept = Object.entries(properties).filter(([name]) => required.includes(name) || random.below(4) === 0);
    return Object.fromEntries(kept.map(([name, property]) => [name, sample(property, root, random, depth + 1)]));
  }
  if (type === 'array')
    return Array.from({ length: Math.max(minItems, random.below(3)) }, () =>
      sample(items ?? {}, root, random, depth + 1),
    );
  if (type === 'integer' || type === 'number') return resolved.minimum ?? random.below(10);
  if (type === 'boolean') return random.below(2) === 0;
  if (type === 'string') return random.pick(['auto', 'light', 'user', canary, 'https://127.0.0.1/x']);
  return null;
}

/** The value with one of its parts made nasty, dropped or doubled. */
function mutated(value: unknown, random: SeededRandom): unknown {
  if (random.below(6) === 0 || typeof value !== 'object' || value === null) return random.pick(nasty);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    return value.toSpliced(at, 1, mutated(value[at], random));
  }
  const names = Object.keys(value);
  const name = names[random.below(names.length)];
  if (name === undefined || random.below(8) === 0)
    return { ...value, [random.pick(['extra', '__proto__', ''])]: random.pick(nasty) };
  if (random.below(6) === 0) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  return { ...value, [name]: mutated((value as Record<string, unknown>)[name], random) };
}
