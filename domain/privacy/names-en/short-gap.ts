/** What parts two words, with one blank for many and `0` for a number, so that few gaps are told apart. */
export function shortGap(gap: string): string {
  let short = '';
  let last = '';
  for (const char of gap) {
    const unit = char >= '0' && char <= '9' ? '0' : char;
    if (unit !== last || (unit !== '0' && unit !== ' ')) short += unit;
    last = unit;
  }
  return short;
}
