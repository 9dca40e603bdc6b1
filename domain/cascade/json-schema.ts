/**
 * Judges whether a value has the shape a JSON Schema asks for: the keywords that structured outputs of model vendors
 * are made of. What it does not know counts as met.
 *
 * Why not a library: the schema comes from the client, so nothing of it may be compiled to code, run as a regular
 * expression, or be followed without end; the ones there are do at least one of these. Here a schema costs at most
 * `maxSteps` steps.
 *
 * Source: JSON Schema 2020-12; OpenAI, "Structured model outputs", supported schemas.
 */
export function hasShape(value: unknown, schema: unknown): boolean {
  const walk: Walk = { root: schema, steps: 0, depth: 0, gaveUp: false };
  return conforms(value, schema, walk) || walk.gaveUp;
}

/** A schema that takes more is not judged: the value counts as well shaped. */
const maxSteps = 20_000;
const maxDepth = 200;

interface Walk {
  root: unknown;
  steps: number;
  depth: number;
  gaveUp: boolean;
}

function conforms(value: unknown, schema: unknown, walk: Walk): boolean {
  walk.steps += 1;
  walk.gaveUp ||= walk.steps > maxSteps || walk.depth > maxDepth;
  if (walk.gaveUp) return true;
  walk.depth += 1;
  const met = meetsKeywords(value, schema, walk);
  walk.depth -= 1;
  return met;
}

function meetsKeywords(value: unknown, schema: unknown, walk: Walk): boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return true;
  const each = (subschema: unknown): boolean => conforms(value, subschema, walk);
  if (typeof schema['$ref'] === 'string' && !each(resolved(schema['$ref'], walk.root))) return false;
  if (!hasType(value, schema['type'])) return false;
  if ('const' in schema && !equal(value, schema['const'])) return false;
  if (Array.isArray(schema['enum']) && !schema['enum'].some((option) => equal(value, option))) return false;
  if (Array.isArray(schema['allOf']) && !schema['allOf'].every(each)) return false;
  if (Array.isArray(schema['anyOf']) && !schema['anyOf'].some(each)) return false;
  if (Array.isArray(schema['oneOf']) && !schema['oneOf'].some(each)) return false;
  if (typeof value === 'string') return within(value.length, schema['minLength'], schema['maxLength']);
  if (typeof value === 'number') return within(value, schema['minimum'], schema['maximum']);
  if (Array.isArray(value)) {
    const { items } = schema;
    return (
      within(value.length, schema['minItems'], schema['maxItems']) && value.every((item) => conforms(item, items, walk))
    );
  }
  return !isObject(value) || membersConform(value, schema, walk);
}

function membersConform(value: Record<string, unknown>, schema: Record<string, unknown>, walk: Walk): boolean {
  const { required, additionalProperties } = schema;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  if (Array.isArray(required) && !required.every((name) => typeof name !== 'string' || Object.hasOwn(value, name))) {
    return false;
  }
  const byPattern = schema['patternProperties'] !== undefined;
  return Object.entries(value).every(([name, member]) => {
    if (Object.hasOwn(properties, name)) return conforms(member, properties[name], walk);
    return byPattern || conforms(member, additionalProperties, walk);
  });
}

/** References within the schema itself; any other stands for anything. */
function resolved(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return true;
  const path = reference.slice(1).split('/').slice(1);
  return path.reduce<unknown>((found, part) => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    return isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }, root);
}

function hasType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => hasType(value, one));
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

function within(size: number, least: unknown, most: unknown): boolean {
  return !(typeof least === 'number' && size < least) && !(typeof most === 'number' && size > most);
}

function equal(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
