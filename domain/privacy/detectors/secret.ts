import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

/** Key formats that vendors publish; each begins with its own prefix. */
const vendorKeys = [
  /(?<![\w-])(?:sk|rk|pk)-(?:[a-z]{2,12}-){0,3}[\w-]{20,200}/gu,
  /(?<![\w])(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,200}/gu,
  /(?<![\w])(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?!\w)/gu,
  /(?<![\w])(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w-]{20,64})/gu,
  /(?<![\w])xox[abeprs]-[\w-]{10,200}/gu,
  /(?<![\w])AIza[\w-]{35}(?!\w)/gu,
  /(?<![\w])(?:npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,64}|gsk_[A-Za-z0-9]{40,64}|LTAI[A-Za-z0-9]{12,26})(?!\w)/gu,
  /(?<![\w.-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000}/gu,
];
/** One pass that tells whether any of them can occur. */
const keyPrefix =
  /[srp]k[-_]|whsec_|A(?:KIA|SIA|ROA|IDA|Iza)|gh[pousr]_|github_pat|glpat-|xox[a-z]-|npm_|hf_|gsk_|LTAI|eyJ/u;
const pemBegin = /-----BEGIN ([A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?)-----/gu;
const bearer = /\b(?:bearer|basic|token)[ \t]{1,3}([\w~+/.=-]{16,4000})/giu;
const urlPassword = /(?<=:\/\/[^\s:@/]{1,64}:)[^\s:@/]{3,128}(?=@)/gu;
const assigned = /pass|pwd|secret|key|token|密码|口令|密钥|秘钥|令牌/iu;
const assignment =
  /(?:pass(?:word|wd|phrase|code)?|pwd|secret(?:[_ -]?(?:access[_ -]?)?key)?|api[_ -]?key|access[_ -]?(?:key|token)|auth[_ -]?token|client[_ -]?secret|private[_ -]?key|token|密码|口令|密钥|秘钥|令牌)["']?(?: is |[ \t]{0,3}(?:[:=：]|是|为)[ \t]{0,3})["'“「]?([^\s"'“”「」，。；,;]{6,256})/giu;

/** API keys, tokens, private keys, and what is assigned to a name such as `password`. */
export function detectSecret(text: string): Span[] {
  const spans: Span[] = [];
  for (const expression of keyPrefix.test(text) ? vendorKeys : []) {
    for (const { 0: found, index } of matchesOf(text, expression)) {
      if (/\d/u.test(found)) spans.push(span('secret', index, index + found.length, 'verified'));
    }
  }
  let pemEnd = 0;
  for (const { 0: head, 1: kind, index } of matchesOf(text, pemBegin)) {
    if (index < pemEnd) continue;
    const tail = `-----END ${kind}-----`;
    const at = text.indexOf(tail, index + head.length);
    pemEnd = at < 0 ? text.length : at + tail.length;
    spans.push(span('secret', index, pemEnd, 'verified'));
  }
  for (const match of /bearer|basic|token/iu.test(text) ? matchesOf(text, bearer) : [])
    if (looksRandom(match[1] ?? '', 2.8)) spans.push(valueOf(match));
  for (const { 0: found, index } of text.includes('://') ? matchesOf(text, urlPassword) : []) {
    spans.push(span('secret', index, index + found.length, 'cued'));
  }
  for (const match of assigned.test(text) ? matchesOf(text, assignment) : [])
    if (looksRandom(match[1] ?? '', 1.9)) spans.push(valueOf(match));
  return spans;
}

function valueOf(match: RegExpExecArray): Span {
  const end = match.index + match[0].length;
  return span('secret', end - (match[1]?.length ?? 0), end, 'cued');
}

/** True for what no word looks like: letters with digits or signs in it, and at least `bits` of entropy a character. */
function looksRandom(value: string, bits: number): boolean {
  if (!/[A-Za-z]/u.test(value) || !/[\d!@#$%^&*+/=~]/u.test(value)) return /^\d{6,12}$/u.test(value) && bits < 2;
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / value.length) * Math.log2(count / value.length);
  return entropy >= bits;
}
