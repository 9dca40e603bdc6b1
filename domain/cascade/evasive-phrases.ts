/**
 * Phrases by which a model says that it will not, or cannot, answer. They are looked for at the beginning of short
 * answers only: long ones that also say sorry have usually answered.
 */
const judgedChars = 400;
const maxRefusalChars = 800;
const maxUncertainChars = 400;

const refusals: readonly RegExp[] = [
  /\b(?:i|we)(?:['’]m| am| are)? (?:can(?:not|['’]t| not)|unable to|not able to|won['’]t|will not|must decline|have to decline)\b/i,
  /\b(?:against|violates?) (?:my|our|the) (?:policy|policies|guidelines|programming)\b/i,
  /\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b/i,
  /(?:抱歉|对不起|很遗憾|不好意思)[^。！？!?]{0,16}(?:无法|不能|没办法|没法|不便)/,
  /(?:我|本助手|本系统)(?:暂时)?(?:无法|不能|没办法)(?:回答|提供|协助|帮助|完成|满足|处理|给出|为)/,
  /作为(?:一个|一名)?(?:AI|人工智能|大?语言模型)/i,
];

const doubts: readonly RegExp[] = [
  /\bi(?:['’]m| am) not (?:entirely |really |completely )?(?:sure|certain|confident)\b/i,
  /\bi (?:don['’]t|do not) (?:really )?know\b/i,
  /\bi (?:don['’]t|do not) have (?:enough |sufficient |any |that |this |the )*(?:information|context|data|details|knowledge)\b/i,
  /\b(?:cannot|can['’]t|could not|unable to) (?:determine|verify|confirm|be sure|be certain)\b/i,
  /我(?:不知道|不清楚|不太清楚|不确定|不太确定|无法确定|没法确定)/,
  /(?:没有|缺乏|缺少)足够的?(?:信息|资料|上下文)/,
];

/** The answer declines. */
export function declines(text: string): boolean {
  return text.length <= maxRefusalChars && refusals.some((pattern) => pattern.test(text.slice(0, judgedChars)));
}

/** The answer says that it does not know. */
export function doubtsItself(text: string): boolean {
  return text.length <= maxUncertainChars && doubts.some((pattern) => pattern.test(text));
}
