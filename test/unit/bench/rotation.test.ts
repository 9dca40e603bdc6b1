import { rotated } from '../../../bench/rotation.ts';

describe('rotated', () => {
  it('puts every item once in every place over as many rounds as there are items', () => {
    const rounds = [0, 1, 2].map((round) => rotated(['a', 'b', 'c'], round).join(''));
    expect(rounds).toEqual(['abc', 'bca', 'cab']);
    expect(rotated(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c']);
  });
});
