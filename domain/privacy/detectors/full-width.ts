const wide = /[０-９Ａ-Ｚａ-ｚ＋－．＠]/u;

/** Full-width digits, letters and the signs of numbers as ASCII; every character keeps its place. */
export function foldWidth(text: string): string {
  if (!wide.test(text)) return text;
  return text.replaceAll(/[０-９Ａ-Ｚａ-ｚ＋－．＠]/gu, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
}
