import { findNames } from '../../../../../domain/privacy/names-zh/find-names.ts';
import { shippedModel } from '../../../../../domain/privacy/names-zh/model.ts';

const namesIn = (text: string): string[] =>
  findNames(text, shippedModel).map(({ start, end }) => text.slice(start, end));

describe('names in Chinese texts', () => {
  it.each([
    ['患者李晓明，男，45岁，因腹痛就诊。', ['李晓明']],
    ['请欧阳静医生会诊，家属是慕容雪。', ['欧阳静', '慕容雪']],
    ['曹医生和老王都在。', ['曹医生', '老王']],
    ['值班：陈志远、刘敏、赵文博。', ['陈志远', '刘敏', '赵文博']],
    ['我姓万俟，单名兵。', ['万俟', '兵']],
    ['玛丽·琼斯预约了明天的号。', ['玛丽·琼斯']],
  ])('%s', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it.each(['高兴的时候心跳会加快。', '马上安排，路由器明天补发。', '王老吉多少钱一箱？'])('none in %s', (text) => {
    expect(namesIn(text)).toEqual([]);
  });

  it('finds the same for one text whatever was read before it', () => {
    const text = '收件人：宋雨桐，电话不变。';
    const alone = findNames(text, shippedModel);
    findNames('张伟'.repeat(3000), shippedModel);
    expect(findNames(text, shippedModel)).toEqual(alone);
  });
});
