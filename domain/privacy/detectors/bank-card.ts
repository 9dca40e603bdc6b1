import { passesLuhn, passesMod97 } from '../checksums.ts';
import { span, type Span } from '../span.ts';
import { nearestCue } from './cue.ts';
import { matchesOf } from './matches.ts';

/** Runs of 12–19 digits, plain or with single spaces or dashes between them. */
const digitRun = /\d(?<![\dA-Za-z.].)(?<!\d[ -].)(?:[ -]?\d){11,18}(?![ -]?\d)(?![A-Za-z]|\.\d)/gu;
const iban = /[A-Za-z](?<![A-Za-z0-9].)[A-Za-z]\d{2}[A-Za-z0-9]{11,30}(?![A-Za-z0-9])/gu;
const spacedIban = /[A-Z](?<![A-Za-z0-9].)[A-Z]\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?![A-Za-z0-9])/gu;

const cardCue =
  /银行卡|信用卡|借记卡|储蓄卡|卡号|缴费卡|工资卡|账户|帐户|账号|帐号|打到|转到|汇到|转账|打款|收款|户名|退款|\bcards?\b|\bvisa\b|\bmaster ?card\b|\bamex\b|\bmaestro\b|\bcc\b|\bdebit\b|\bcredit\b|\bpan\b|\baccount\b/giu;
const otherCue =
  /订单|单号|快递|运单|物流|流水|条码|条形码|批号|货号|发票|编码|编号|电话|手机|身份证|序列号|\border\b|\btracking\b|\bparcel\b|\bserial\b|\bimei\b|\bean\b|\bupc\b|\bisbn\b|\bbarcode\b|\bsku\b|\binvoice\b|\bgift\b|\bphone\b|\bref(?:erence)?\b|\btransaction (?:id|no)/giu;

/**
 * Payment card numbers (ISO/IEC 7812: Luhn, and a first digit that issuers use) and IBANs (MOD 97-10). Without a check
 * that holds, only a label makes a number a card.
 */
export function detectBankCard(text: string): Span[] {
  if (!/\d{2}/u.test(text)) return [];
  const spans: Span[] = [];
  for (const match of matchesOf(text, digitRun)) {
    const digits = match[0].replaceAll(/\D/gu, '');
    const cue = nearestCue(text, match.index, cardCue, otherCue);
    const valid = passesLuhn(digits) && !/^(\d)\1*$/u.test(digits);
    const issued = /^[2-6]/u.test(digits) && digits.length >= 13;
    if (cue === 'against' || (cue === 'none' && !(valid && issued))) continue;
    if (cue === 'for' && !valid && digits.length < 15) continue;
    spans.push(span('bank_card', match.index, match.index + match[0].length, valid ? 'verified' : 'cued'));
  }
  for (const expression of [iban, spacedIban]) {
    for (const { 0: found, index } of matchesOf(text, expression)) {
      if (passesMod97(found.replaceAll(' ', '').toUpperCase()))
        spans.push(span('bank_card', index, index + found.length, 'verified'));
    }
  }
  return spans;
}
