const blank = 32;
const zero = 48;

/** What parts two words, with one blank for many and `0` for a number, so that few gaps are told apart. */
export function shortGap(gap: string): string {
  let short = '';
  let last = 0;
  for (let i = 0; i < gap.length; i += 1) {
    const unit = gap.charCodeAt(i);
    const kept = unit >= zero && unit <= 57 ? zero : unit;
    if (kept !== last || (kept !== zero && kept !== blank)) short += kept === unit ? gap.charAt(i) : '0';
    last = kept;
  }
  return short;
}
