import { ngramCounts } from '../routing/prompt-vector.ts';

/**
 * Ways to put a question that change nothing of what is asked, each with what is left of it. Nothing that tells one
 * question from another may stand here: no numbers, negations, comparisons, prepositions, tenses or persons.
 */
const frames: readonly (readonly [RegExp, string])[] = [
  [/\b(?:can|could|would|will) you (?:please )?(?:tell|show|explain to) me\b/gu, ' '],
  [/\b(?:please )?(?:tell|show) me\b/gu, ' '],
  [/\bi (?:want|need|would like|'d like) to know\b|\bdo you know\b|\bi have a question\b/gu, ' '],
  [/\bhow (?:can|could|do) i\b|\bwhat(?:'s| is) the way to\b|\bhow to\b/gu, ' how do i '],
  [/\b(what|who|where|when|how)'s\b/gu, '$1 is'],
  [/\bwhat (?:is|are) (?=the\b)/gu, ' '],
  [/\bthanks?(?: you)?(?: very much| a lot)?\b/gu, ' '],
  [/(?:你|您)?(?:能不能|能否|可不可以|可以|能)?(?:请|麻烦)?(?:告诉|跟|给)我(?:说|讲)?(?:一下)?/gu, ' '],
  [/(?:我)?想(?:问|知道|请问)(?:一下)?|请问(?:一下)?|麻烦(?:你|您)?|你好|您好|谢谢(?:你|您)?|请/gu, ' '],
  [/(?:怎样|如何|怎么样)(?=\p{Script=Han})/gu, '怎么'],
];
const filler: ReadonlySet<string> = new Set(
  'a an the please pls kindly hi hello hey dear so well ok okay just really actually exactly 吗 呢 啊 吧 呀 嘛 哦'.split(
    ' ',
  ),
);
/** A word, a number with its point or commas, one Chinese, Japanese or Korean character, or a sign. */
const token =
  /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[\p{L}\p{M}]+(?:'\p{L}+)?|\p{N}+(?:[.,:/]\p{N}+)*|[^\s\p{L}\p{N}]/gu;
/** Signs that only end or part sentences. Others (−, %, $, quotes, brackets) may carry meaning. */
const punctuation = /^[.,;:!?…、。，；：！？·~]$/u;

/**
 * What is left of a question without its courtesies: two questions with the same core ask the same, in other words.
 * Every number, name, negation, content word and their order stay, so that what is near but different never meets.
 */
export function coreOf(question: string): string {
  const plain = question.normalize('NFKC').toLowerCase().replaceAll('’', "'");
  const unframed = frames.reduce((text, [frame, rest]) => text.replace(frame, rest), plain);
  const words = unframed.match(token) ?? [];
  return words.filter((word) => !punctuation.test(word) && !filler.has(word)).join(' ');
}

const hashBits = 16;

function lengthOf(counts: Map<number, number>): number {
  return Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));
}

/** Cosine of the two texts' counts of words and letter groups, 0 to 1. */
export function wordingSimilarity(a: string, b: string): number {
  const [one, other] = [ngramCounts(a, hashBits), ngramCounts(b, hashBits)];
  const dot = [...one].reduce((sum, [bucket, count]) => sum + count * (other.get(bucket) ?? 0), 0);
  return dot === 0 ? 0 : Math.min(1, dot / (lengthOf(one) * lengthOf(other)));
}
