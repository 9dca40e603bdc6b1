import { createLaneRestorer } from '../../../../../domain/privacy/stream/lane-restorer.ts';

const map = { PERSON_bakotuxile: 'Jane "JJ" O\\Neil' };

describe('restoring interleaved texts', () => {
  it('never joins pieces of two choices', () => {
    const lanes = createLaneRestorer(map);
    expect(lanes.push({ choice: 0, field: 'content' }, 'PERSON_bako')).toBe('');
    expect(lanes.push({ choice: 1, field: 'content' }, 'tuxile')).toBe('tuxile');
    expect(lanes.push({ choice: 0, field: 'content' }, 'tuxile!')).toBe('Jane "JJ" O\\Neil!');
  });

  it('keeps tool calls of one choice apart and escapes what goes into their arguments', () => {
    const lanes = createLaneRestorer(map);
    const first = { choice: 0, field: 'arguments', toolCall: 0 };
    const second = { choice: 0, field: 'arguments', toolCall: 1 };
    let json = lanes.push(first, '{"name":"PERSON_bako');
    lanes.push(second, '{"x":"PERSON_');
    json += lanes.push(first, 'tuxile"}');
    expect(JSON.parse(json)).toEqual({ name: 'Jane "JJ" O\\Neil' });
  });

  it('gives back what each lane had kept, when a choice ends', () => {
    const lanes = createLaneRestorer(map);
    lanes.push({ choice: 0, field: 'content' }, 'to PERSON_ba');
    lanes.push({ choice: 1, field: 'content' }, 'PERSON');
    expect(lanes.end(0)).toEqual([{ lane: { choice: 0, field: 'content' }, text: 'PERSON_ba' }]);
    expect(lanes.end()).toEqual([{ lane: { choice: 1, field: 'content' }, text: 'PERSON' }]);
    expect(lanes.end()).toEqual([]);
  });
});
