import { passesMod11, passesNhs } from '../checksums.ts';
import { span, type Span } from '../span.ts';
import { nearestCue } from './cue.ts';
import { matchesOf } from './matches.ts';

const longForm = /[1-9](?<![\dA-Za-z].)\d{5}[ -]?(?:19|20)\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{3}[\dXx](?![\dA-Za-z])/gu;
const oldForm = /[1-8](?<![\dA-Za-z.-].)\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![\dA-Za-z.-])/gu;
const ssn = /[0-8](?<![\dA-Za-z-].)(?<!0(?=00)|6(?=66))\d{2}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\dA-Za-z-])/gu;
const plainSsn = /[0-8](?<![\dA-Za-z.-].)\d{8}(?![\dA-Za-z-]|\.\d)/gu;
const nhs = /\d(?<![\dA-Za-z-].)\d{2}[ -]\d{3}[ -]\d{4}(?![\dA-Za-z-])/gu;
const passport = /[A-Z](?<![\dA-Za-z-].)[A-Z]?\d{6,8}(?![\dA-Za-z-])/gu;

const citizenCue = /身份证|身份号|证件号|实名|公民身份|身分证|\bid (?:card|no|number)|identity (?:card|number)/giu;
const ssnCue = /\bssn\b|social security|\bitin\b/giu;
const ssnLabel = /ssn|social security|itin/iu;
const nhsCue = /\bnhs\b/giu;
const passportCue = /护照|港澳通行证|通行证|\bpassport\b/giu;
const otherCue =
  /订单|单号|流水|编号|条码|批号|卡号|账号|\border\b|\binvoice\b|\btracking\b|\bserial\b|\bref\b|\bcard\b/giu;

/**
 * Numbers that a state gives a person: the Chinese citizen number (18 characters with its MOD 11-2 check, or the
 * 15 digits used until 1999), US social security, NHS and passport numbers.
 */
export function detectIdCard(text: string): Span[] {
  if (!/\d{3}/u.test(text)) return [];
  const spans: Span[] = [];
  const add = (match: RegExpExecArray, evidence: Span['evidence']): void => {
    spans.push(span('id_card', match.index, match.index + match[0].length, evidence));
  };
  const cueOf = (match: RegExpExecArray, cue: RegExp): string => nearestCue(text, match.index, cue, otherCue);

  for (const match of matchesOf(text, longForm)) {
    if (passesMod11(match[0].replaceAll(/[ -]/gu, ''))) add(match, 'verified');
    else if (cueOf(match, citizenCue) === 'for') add(match, 'cued');
  }
  for (const match of matchesOf(text, oldForm)) if (cueOf(match, citizenCue) === 'for') add(match, 'cued');
  for (const match of matchesOf(text, ssn)) {
    const cue = cueOf(match, ssnCue);
    if (cue === 'for') add(match, 'cued');
    else if (cue === 'none' && match[1] === '-') add(match, 'pattern');
  }
  for (const match of ssnLabel.test(text) ? matchesOf(text, plainSsn) : [])
    if (cueOf(match, ssnCue) === 'for') add(match, 'cued');
  for (const match of matchesOf(text, nhs)) {
    if (cueOf(match, nhsCue) === 'for') add(match, passesNhs(match[0].replaceAll(/\D/gu, '')) ? 'verified' : 'cued');
  }
  for (const match of matchesOf(text, passport)) if (cueOf(match, passportCue) === 'for') add(match, 'cued');
  return spans;
}
