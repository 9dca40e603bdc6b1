import { givenCost, readLattice, surnameCost } from '../../../../../domain/privacy/names-zh/lattice.ts';
import { isOrdinary } from '../../../../../domain/privacy/names-zh/words.ts';

describe('the word lattice', () => {
  it('reads a text as its commonest words', () => {
    const { lastSize, nextSize } = readLattice('我们明天出院');
    expect([nextSize[0], nextSize[2], nextSize[4]]).toEqual([2, 2, 2]);
    expect([lastSize[6], lastSize[4], lastSize[2]]).toEqual([2, 2, 2]);
  });

  it('finds a border within a word dearer than one between words', () => {
    const { before, after } = readLattice('我们明天出院');
    const costWithBorderAt = (at: number): number => (before[at] ?? 0) + (after[at] ?? 0);
    expect(costWithBorderAt(3)).toBeGreaterThan(costWithBorderAt(2) + 2);
    expect(costWithBorderAt(2)).toBeCloseTo(after[0] ?? 0, 5);
  });

  it('takes signs and Latin letters as borders that cost nothing', () => {
    expect(readLattice('abc, 12。').after[0]).toBe(0);
  });

  it('serves a text longer than the arrays that are kept', () => {
    const { after } = readLattice('明天'.repeat(5000));
    expect(after[0]).toBeCloseTo(5000 * (after[9998] ?? 0), 0);
  });
});

describe('what names are made of', () => {
  it('finds common surnames and given names less surprising than others', () => {
    expect(surnameCost('王'.charCodeAt(0))).toBeLessThan(surnameCost('的'.charCodeAt(0)));
    expect(givenCost('建国', 0, 2)).toBeLessThan(givenCost('退款', 0, 2));
  });

  it('knows ordinary words', () => {
    expect(isOrdinary('周末')).toBe(true);
    expect(isOrdinary('周末末')).toBe(false);
    expect(isOrdinary('Mark')).toBe(false);
  });
});
