import { hasShape } from '../../../../domain/cascade/json-schema.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1 }, age: { type: ['integer', 'null'], minimum: 0 } },
  required: ['name', 'age'],
  additionalProperties: false,
};

describe('a JSON schema', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ name: 'Ada', age: 36 }, person, true],
    [{ name: 'Ada', age: null }, person, true],
    [{ name: 'Ada' }, person, false],
    [{ name: '', age: 1 }, person, false],
    [{ name: 'Ada', age: 3.5 }, person, false],
    [{ name: 'Ada', age: -1 }, person, false],
    [{ name: 'Ada', age: 1, extra: true }, person, false],
    [[1, 2], { type: 'array', items: { type: 'number' }, maxItems: 2 }, true],
    [[1, 'a'], { type: 'array', items: { type: 'number' } }, false],
    [[1, 2, 3], { type: 'array', maxItems: 2 }, false],
    ['red', { enum: ['red', 'green'] }, true],
    ['blue', { enum: ['red', 'green'] }, false],
    [{ a: [1] }, { const: { a: [1] } }, true],
    [5, { anyOf: [{ type: 'string' }, { minimum: 6 }] }, false],
    [7, { anyOf: [{ type: 'string' }, { minimum: 6 }] }, true],
    [7, { allOf: [{ type: 'number' }, { maximum: 6 }] }, false],
    ['x', true, true],
    ['x', false, false],
    ['x', undefined, true],
    ['x', { pattern: '^y' }, true],
  ])('of %j and %j: %s', (value, schema, expected) => {
    expect(hasShape(value, schema)).toBe(expected);
  });

  it('follows references within itself', () => {
    const tree = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          required: ['children'],
          properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
    };
    expect(hasShape({ children: [{ children: [] }] }, tree)).toBe(true);
    expect(hasShape({ children: [{ children: [{}] }] }, tree)).toBe(false);
  });

  it('does not follow one that leads nowhere, round in circles or ever wider', () => {
    expect(hasShape(1, { $ref: '#/$defs/none' })).toBe(true);
    expect(hasShape(1, { $ref: '#' })).toBe(true);
    const wide = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `d${at}`,
        { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
      ]),
    );
    expect(hasShape(1, { $ref: '#/$defs/d0', $defs: { ...wide, d60: { type: 'string' } } })).toBe(true);
  });
});
