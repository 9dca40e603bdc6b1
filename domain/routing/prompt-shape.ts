/** Longer prompts are judged by their beginning, so that time stays bounded. */
export const judgedChars = 4_000;

const markers: readonly RegExp[] = [
  /^[A-E]\. /m,
  /\bdef |\bfunction\b|```|[;{}]\s*$/m,
  /\?/,
  /^[a-z]/,
  /\\|\$/,
  /__/,
  /\b(?:not|except|least)\b/i,
  /\bhow (?:many|much)\b/i,
  /^(?:who|when|where|what|which|how|why)\b/i,
  /\bwrite an? /i,
  /\b(?:statement|scenario) 1\b/i,
  /\bfollowing\b/i,
  /%/,
  /\b(?:i|my|me)\b/i,
  /\?\s*$/,
  /\b(?:all|none) of (?:the above|these)\b/i,
  /\b\d{4}\b/,
  /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/,
];

/** How the question itself ends, and what it asks for. */
const stemMarkers: readonly RegExp[] = [
  /\?\s*$/,
  /:\s*$/,
  /\.\s*$/,
  /____/,
  /\b(?:calculate|compute|find the|determine|solve|probability|evaluate)\b/i,
  /\b(?:called|known as|termed|defined as|refers to|example of|definition)\b/i,
  /\b(?:true|false|correct|incorrect)\b/i,
  /\b(?:best|most likely)\b/i,
  /\b(?:refers to the following|passage|excerpt|according to)\b/i,
  /\byear-old\b|\bpatient\b/i,
  /\b(?:must|always|never|every)\b/i,
  /\b(?:why|because|reason)\b/i,
  /[=<>]/,
  /\bstatements?\b/i,
  /\b(?:he|she|his|her)\b/i,
  /\^|\\frac|sqrt/,
];

function share(text: string, pattern: RegExp): number {
  return (text.match(pattern)?.length ?? 0) / Math.max(1, text.length);
}

/** The prompt's shape: lengths (log), shares of kinds of characters, and markers of code, mathematics and choices. */
export function promptShape(prompt: string): number[] {
  const text = prompt.slice(0, judgedChars);
  const words = text.split(/\s+/).filter((word) => word !== '');
  const options = [...text.matchAll(/^[A-E]\. (.*)$/gm)].map((match) => match[1] ?? '');
  const optionText = options.join(' ');
  const stem = text.split('\nA. ', 1)[0] ?? '';
  return [
    Math.log1p(prompt.length),
    Math.log1p(stem.split(/\s+/).length),
    Math.log1p(optionText.length / Math.max(1, options.length)),
    words.reduce((sum, word) => sum + word.length, 0) / Math.max(1, words.length),
    share(text, /\d/g),
    share(optionText, /\d/g),
    share(text, /\p{Lu}/gu),
    share(text, /[$\\=^+*/()[\]{}<>|_]/g),
    share(text, /[,;:]/g),
    Math.log1p(text.split('\n').length),
    new Set(words).size / Math.max(1, words.length),
    ...markers.map((marker) => (marker.test(text) ? 1 : 0)),
    ...choiceShape(stem, options),
    ...stemMarkers.map((marker) => (marker.test(stem) ? 1 : 0)),
  ];
}

/** How alike the choices of a question are, and of what kind: what is hard to tell apart is hard to answer. */
function choiceShape(stem: string, options: readonly string[]): number[] {
  const lower = options.slice(0, 5).map((option) => option.slice(0, 400).toLowerCase());
  const words = lower.map((option) => new Set(option.match(/[\p{L}\p{N}]+/gu)));
  const ofStem = new Set(stem.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const pairs = words.flatMap((one, at) => words.slice(0, at).map((other) => [one, other] as const));
  const lengths = options.map((option) => option.length);
  const partOf = (marker: RegExp): number => average(options.map((option) => (marker.test(option) ? 1 : 0)));
  return [
    average(pairs.map(([one, other]) => one.intersection(other).size / Math.max(1, one.union(other).size))),
    spread(lengths) / (average(lengths) + 1),
    new Set(lower.map((option) => option.split(' ', 1)[0])).size / Math.max(1, lower.length),
    average(words.map((own) => own.intersection(ofStem).size / Math.max(1, own.size))),
    partOf(/^\W*\d[\W\d]*\w{0,3}$/),
    partOf(/^\S+(?: \S+)?$/),
    Number(lower.some((option) => /\b(?:i|ii|iii|iv) (?:and|only)|\bonly\b/.test(option))),
    Number(lower.some((option) => /\b(?:both|neither|all of|none of)\b/.test(option))),
    Number(lower.some((option) => /\b(?:increase|decrease|higher|lower|greater)/.test(option))),
    ...numbersIn(stem),
  ];
}

/** How many numbers a text has, as a logarithm and for each word. */
function numbersIn(text: string): number[] {
  const count = text.match(/\d+/g)?.length ?? 0;
  return [Math.log1p(count), count / Math.max(1, text.match(/[A-Za-z]+/g)?.length ?? 0)];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function spread(values: readonly number[]): number {
  const centre = average(values);
  return Math.sqrt(average(values.map((value) => (value - centre) ** 2)));
}

/** How many numbers `promptShape` gives. */
export const shapeSize = promptShape('').length;
