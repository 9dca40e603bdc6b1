import { matchesOf } from '../detectors/matches.ts';
import { span, type Span } from '../span.ts';
import { charFlag } from './characters.ts';
import { colons, type ChineseContext } from './surroundings.ts';
import { surnameLength } from './candidates.ts';

/** 我姓万俟，单名兵. */
const toldInParts =
  /(?:[我他她你您人者户任师生友工]|先生|女士|免贵|对方|同事|主管|护士)姓([\u4e00-\u9fff]{1,2})(?=[，,。、]|$)|单名(?:一个)?([\u4e00-\u9fff])(?![\u4e00-\u9fff])/gu;
/** 病人叫夏天，: behind such a verb any short word that ends the clause is a name. */
const called =
  /(?:(?<![这那它])(?<=[我他她人者户友事妈爸哥姐弟妹孩娃学生师子女奶爷婆公娘叔姨姑舅伯嫂婶郎])(?:就|真|也|本名|大名)?叫|名叫|真名|[姓大全本乳]名[是叫：: ]|名字[是叫：:])(?!这|那|外卖|救护|滴滴|快递|代驾|出租|专车|网约|什么|做|我|你|他|她|人|不|号|醒|停|来|去|一|保安|客服|物业|警察|车|家)([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])/gu;
/** A form's field for a person, and whatever short word fills it. */
const field =
  /(?:姓名|签名|签字|署名|落款|户名|开户名|抬头|联系人|收件人|收货人|寄件人|发件人|取件人|付款人|收款人|持卡人|申请人|监护人|投保人|被保险人|受益人|负责人|经办人|签收人|代收人|代签人|责任人|报案人|就诊人|主治|主刀|术者|一助|医师|护士|医生|教练|司机|车主|业主|房东|租客|班主任)(?:（[^（）]{1,8}）|\([^()]{1,8}\))?[：:] ?(?!本人|同上|未知|不详|无名|匿名|个人|公司|单位|客服|前台|本院|男|女|空|保密|待定|请|需|暂|已|未|没|如)([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff公司·])/gu;
/** A Latin given name with a Chinese surname: Amy陈. */
const mixed = /(?<![A-Za-z])[A-Z][a-z]{1,10}(?:·)?([\u4e00-\u9fff])/gu;
const namingWords = charFlag('叫名姓单');
const capitals = charFlag('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** Names that a text gives by its form, whatever they are made of: fields, 叫 and 姓, and Amy陈. */
export function toldNames(context: ChineseContext): Span[] {
  const { text, lattice } = context;
  if ((lattice.flags & (namingWords | colons | capitals)) === 0) return [];
  const spans: Span[] = [];
  const add = (start: number, end: number): void => void spans.push(span('person', start, end, 'cued'));
  for (const match of (lattice.flags & namingWords) !== 0 ? matchesOf(text, toldInParts) : []) {
    const name = match[1] ?? match[2] ?? '';
    const end = match.index + match[0].length;
    if (match[2] !== undefined || surnameLength(name, 0) === name.length) add(end - name.length, end);
  }
  for (const [gate, expression] of [
    [namingWords, called],
    [colons, field],
  ] as const) {
    for (const match of (lattice.flags & gate) !== 0 ? matchesOf(text, expression) : []) {
      const end = match.index + match[0].length;
      const name = match[1] ?? '';
      if (name.length < 4 || !context.ordinaryAt(end - 4, 4)) add(end - name.length, end);
    }
  }
  for (const { 0: found, 1: surname, index } of (lattice.flags & capitals) !== 0 ? matchesOf(text, mixed) : []) {
    if (surnameLength(surname ?? '', 0) === 1 && context.right(index + found.length) !== 'unknown')
      add(index, index + found.length);
  }
  return spans;
}
