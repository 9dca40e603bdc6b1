import { promptShape, shapeSize } from '../../../../domain/routing/prompt-shape.ts';

/** Positions of the numbers in which two prompts differ. */
function differences(one: string, other: string): number[] {
  const [a, b] = [promptShape(one), promptShape(other)];
  return a.flatMap((value, at) => (value === b[at] ? [] : [at]));
}

const question = (stem: string, ...options: string[]): string =>
  `${stem}\n${options.map((option, at) => `${'ABCDE'[at]}. ${option}`).join('\n')}\nAnswer:`;

describe('the shape of a prompt', () => {
  it('has as many numbers for every prompt, all finite and small', () => {
    for (const prompt of ['', ' ', 'Hi', question('Which?', 'One', 'Two'), '汉字', '\ud800', 'A. \nB. \n']) {
      const shape = promptShape(prompt);
      expect(shape).toHaveLength(shapeSize);
      for (const value of shape) expect(Math.abs(value)).toBeLessThan(1_000);
    }
  });

  it('tells choices that are alike from choices that are not, where length and letters are the same', () => {
    const alike = question(
      'Which is true?',
      'the red cat sat',
      'the red cat ran',
      'the red cat hid',
      'the red cat bit',
    );
    const unlike = question(
      'Which is true?',
      'the red cat sat',
      'six big ham ran',
      'our old pig hid',
      'two sad men bit',
    );
    const [of, other] = [promptShape(alike), promptShape(unlike)];
    const overlap = 29;
    expect(of[overlap]).toBeGreaterThan(0.5);
    expect(other[overlap]).toBeLessThan(0.1);
  });

  it('sees formulas and counts numbers in the question', () => {
    const plain = question('How many are there in all?', 'ten', 'six');
    expect(differences(plain, question('How many are x^2 in all?', 'ten', 'six')).length).toBeGreaterThan(0);
    const [few, many] = [promptShape('Add 12.'), promptShape('Add 12 and 13 and 14.')];
    expect(many.filter((value, at) => value > (few[at] ?? 0)).length).toBeGreaterThan(2);
  });

  it.each(['1', '?', '? ', 'A. 1', '(', '\nA. ', 'a1 ', '. '])('reads 100,000 times %j at once', (piece) => {
    const started = performance.now();
    promptShape(piece.repeat(100_000));
    promptShape(`A. ${piece.repeat(100_000)}abcd`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
