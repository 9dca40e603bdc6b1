import { matchesOf } from '../detectors/matches.ts';
import { span, type Span } from '../span.ts';
import type { ChineseContext } from './dictionary.ts';
import { surnameLength } from './score-name.ts';

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
/** A name of another language written in Chinese, whose parts a middle dot joins: 玛丽·居里. */
const transliterated = /[\u4e00-\u9fff]{1,5}(?:[·•・][\u4e00-\u9fff]{1,6}){1,3}/gu;
/** Characters that render the sounds of foreign names. */
const soundOnly =
  /^[阿艾爱安奥巴白拜邦贝比彼宾伯博布查茨达大代戴丹当道德登蒂迪丁杜多厄恩尔法凡菲费芬丰佛夫弗福富盖甘冈高戈哥格葛根古瓜圭哈海汉赫黑亨洪胡华霍基吉加贾简金卡凯坎康考柯科克肯孔库夸昆拉莱赖兰朗劳勒雷蕾黎里丽利莉丽林琳留卢鲁路露伦罗洛马玛迈麦曼芒毛梅门蒙孟米密明莫默姆穆拿纳娜奈南瑙内妮尼涅宁纽诺欧帕潘庞佩彭皮珀普奇齐契恰乔切琴琼丘让热日荣茹瑞若萨塞赛桑瑟森沙珊尚绍舍申圣施史舒斯丝苏索塔泰坦汤唐特提汀廷图托瓦万旺威韦维温文翁沃乌西希锡夏香肖谢辛欣兴休许逊雅亚延扬耶叶伊依因英尤于约赞泽扎詹珍哲芝兹朱祖佐古丽买提汗江娅婷]+$/u;
const notPersons = /^(?:哈利|福尔摩|白雪|可口|维多利|亚历山|莎士比亚|阿加莎)/u;
const namingWords = /[叫名]/u;
const colons = /[：:]/u;
const dots = /[·•・]/u;

/** Names that a text gives by its form, whatever they are made of: fields, 叫 and 姓, middle dots, and Amy陈. */
export function toldNames(context: ChineseContext): Span[] {
  const { text } = context;
  const spans: Span[] = [];
  const add = (start: number, end: number): void => void spans.push(span('person', start, end, 'cued'));
  for (const match of text.includes('姓') || text.includes('单名') ? matchesOf(text, toldInParts) : []) {
    const name = match[1] ?? match[2] ?? '';
    const end = match.index + match[0].length;
    if (match[2] !== undefined || surnameLength(name, 0) === name.length) add(end - name.length, end);
  }
  for (const [gate, expression] of [
    [namingWords, called],
    [colons, field],
  ] as const) {
    for (const match of gate.test(text) ? matchesOf(text, expression) : []) {
      const end = match.index + match[0].length;
      const name = match[1] ?? '';
      if (name.length < 4 || !context.ordinaryAt(end - 4, 4)) add(end - name.length, end);
    }
  }
  for (const { 0: found, 1: surname, index } of /[A-Z]/u.test(text) ? matchesOf(text, mixed) : []) {
    if (surnameLength(surname ?? '', 0) === 1 && context.right(index + found.length) !== 'unknown')
      add(index, index + found.length);
  }
  for (const { 0: found, index } of dots.test(text) ? matchesOf(text, transliterated) : []) {
    const foreign = found.split(dots).every((part) => soundOnly.test(part));
    if (context.left(index) === 'strong' || (foreign && !notPersons.test(found))) add(index, index + found.length);
  }
  return spans;
}
