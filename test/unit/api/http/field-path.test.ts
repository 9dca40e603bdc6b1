import { fieldName } from '../../../../api/http/field-path.ts';

describe('fieldName', () => {
  it.each([
    [['messages', 0, 'content', 2, 'text'], 'messages[0].content[2].text'],
    [['model'], 'model'],
    [[0, 'a'], '[0].a'],
  ])('writes %j as %s', (path, name) => {
    expect(fieldName(path)).toBe(name);
  });

  it('is undefined for the body itself', () => {
    expect(fieldName([])).toBeUndefined();
  });

  it('stops in front of a key that may be content', () => {
    expect(fieldName(['metadata', 'John Smith, born 1970'])).toBe('metadata');
    expect(fieldName(['metadata', 'k'.repeat(65)])).toBe('metadata');
    expect(fieldName(['a b'])).toBeUndefined();
  });
});
