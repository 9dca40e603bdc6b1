/** Kana, Han and Hangul. */
function isWide(unit: number): boolean {
  return (unit >= 0x3040 && unit <= 0x30ff) || (unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7af);
}

/** About how many tokens a text is: a quarter of its characters, and one for each Chinese, Japanese or Korean one. */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let at = 0; at < text.length; at++) if (isWide(text.charCodeAt(at))) wide++;
  return Math.ceil((text.length - wide) / 4) + wide;
}
