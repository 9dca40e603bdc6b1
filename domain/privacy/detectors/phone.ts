import { span, type Span } from '../span.ts';
import { nearestCue } from './cue.ts';
import { matchesOf } from './matches.ts';

const mobile =
  /(?:[+08](?<![\dA-Za-z_.].)(?:(?<=\+)86|(?<=0)086|(?<=8)6)[ -]?1|1(?<![\dA-Za-z_.].))[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\dA-Za-z_])(?!\.\d)/gu;
/** One digit at a time, as people write a number that a filter should not see. */
const spelt = /1(?<![\d] ?.) [3-9](?: \d){9}(?! ?\d)/gu;
const landline = /(?:0(?<![\d+A-Za-z_.-].)\d{2,3}|[(（]0\d{2,3}[)）])[ -]?[2-8]\d{2,3}[ -]?\d{4}(?![\dA-Za-z_])/gu;
/** Groups of digits as the world writes them, with an optional country code, trunk zero in brackets and extension. */
const grouped =
  /[+(\d](?<![\dA-Za-z_/#@$€£+(].)(?<!\d[.,:-].)(?:(?<=\+) ?(?:\(\d{1,5}\)[ .-]?)?\d{1,15}|(?<=\()\d{1,5}\)[ .-]?\d{1,15}|(?<=\d)\d{0,14})(?:[ .-]{1,2}(?:\(\d{1,4}\)[ .-]?)?\d{1,10}|\(\d{1,4}\)[ .-]?\d{1,10}){0,6}(?: ?(?:x|ext\.? ?)\d{1,6})?(?![\dA-Za-z_%])(?![.,:/-]\d)/giu;

const phoneCue =
  /电话|手机|联系方式|联系|致电|回电|拨打|来电|打[ :：]?$|号码是|座机|传真|新号|留了|\b(?:tele)?phone\b|\btel\b|\bmobile\b|\bcell\b|\bcall(?:s|ed|ing|back)?\b|\bfax\b|\bcontact\b|\breach\b|\btext(?:s|ed)?\b|\bmessages?\b|\bsms\b|\bwhats ?app\b|\bdial\b|\bring\b|\bdesk\b|\boffice\b|\bdirect\b|\bregistered\b|\bmy (?:new )?number\b/giu;
const otherCue =
  /订单|单号|快递|运单|流水|条码|批号|货号|发票|编码|编号|代码|身份证|卡号|银行卡|病历|住院|热线|客服|序列号|QQ|群号|抽奖|中奖|工号|学号|会员号|取件码|验证码|保单|合同号|\border\b|\btracking\b|\bups\b|\bfedex\b|\bdhl\b|\busps\b|\bparcel\b|\bserial\b|\binvoice\b|\bref(?:erence)?\b|\baccount\b|\bacct\b|\bpolicy\b|\bcard\b|\bzip\b|\bpost(?:al)? ?code\b|\bssn\b|\bsocial security\b|\bmrn\b|\bchart\b|\brecord\b|\blot\b|\bbatch\b|\blicen[cs]e\b|\bpassport\b|\bnhs\b|\bmodel\b|\bpart\b|\bsku\b|\bversion\b|\bticket\b|\bcase\b|\bhotline\b|\bhelpline\b|\btoll.free\b|\bdevice\b|\baddress\b|\bip\b/giu;
/** An area code set apart from the number: hardly anything else is written so. */
const areaCode = /^[(（]?0\d{2,3}[)）]?[ -]/u;
const labelAfter = /^[ ,\\-]{0,3}\(?(?:office|fax|mobile|cell|home|work|desk|phone|tel)\b/iu;
const publicLine = /^(?:\+?1[ .-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]|^400[ -]?\d/u;
const dateLike = /^(?:(?:19|20)\d{2}([ .-])\d{1,2}\1\d{1,2}|\d{1,2}([ .-])\d{1,2}\2(?:(?:19|20)\d{2}|\d{2}))$/u;

/** Personal telephone numbers: Chinese mobile and fixed lines, E.164, NANP, and national groupings beside a label. */
export function detectPhone(text: string): Span[] {
  if (!/\d ?\d/u.test(text)) return [];
  const spans: Span[] = [];
  for (const match of matchesOf(text, mobile)) {
    const cue = nearestCue(text, match.index, phoneCue, otherCue);
    if (cue !== 'against') spans.push(found(match, cue === 'for' ? 'cued' : 'pattern'));
  }
  for (const match of matchesOf(text, spelt)) spans.push(found(match, 'pattern'));
  for (const match of matchesOf(text, landline)) {
    const cue = nearestCue(text, match.index, phoneCue, otherCue);
    if (cue === 'for') spans.push(found(match, 'cued'));
    else if (cue === 'none' && areaCode.test(match[0])) spans.push(found(match, 'pattern'));
  }
  for (const match of matchesOf(text, grouped)) {
    const digits = match[0].replace(/ ?(?:x|ext).*$/iu, '').replaceAll(/\D/gu, '');
    if (digits.length < 7 || digits.length > 15 || dateLike.test(match[0]) || publicLine.test(match[0])) continue;
    const cue = labelAfter.test(text.slice(match.index + match[0].length, match.index + match[0].length + 16))
      ? 'for'
      : nearestCue(text, match.index, phoneCue, otherCue);
    if (cue === 'for') spans.push(found(match, 'cued'));
    else if (cue === 'none' && shapedLikePhone(match[0], digits.length)) spans.push(found(match, 'pattern'));
  }
  return spans;
}

/** Shapes that hardly anything but a telephone number has. */
function shapedLikePhone(written: string, digitCount: number): boolean {
  if (/^(?:\+|00\d)/u.test(written)) return digitCount >= 9;
  if (/^(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]\d{4}(?:$| ?[xe])/iu.test(written)) return true;
  return /^\(?0\d{1,4}\)?[ .-]/u.test(written) && digitCount >= 9 && digitCount <= 11;
}

function found(match: RegExpExecArray, evidence: Span['evidence']): Span {
  const blank = match[0].length - match[0].trimStart().length;
  return span('phone', match.index + blank, match.index + match[0].trimEnd().length, evidence);
}
