import { givenCharLevels } from '../../domain/privacy/lexicons/chinese-given-chars.ts';
import { wordsThatAreNames } from '../../domain/privacy/lexicons/chinese-name-words.ts';
import { commonWordSurnames, compoundSurnames, plainSurnames } from '../../domain/privacy/lexicons/chinese-surnames.ts';
import { commonestSurnames } from '../../domain/privacy/names-zh/score-name.ts';
import type { LabelledText } from './data-set.ts';
import { generator } from './invented-sentences.ts';

/** Sentences from which the weights of the Chinese name model are fitted; {P} is a name. Written for this project, CC0. */
const withNames = `患者{P}，男，{N}岁，因发热三天入院。
患者{P}于昨日下午行阑尾切除术。
{P}的检验报告已经出来了。
{P}术后恢复良好，今日出院。
今晨{P}体温正常，精神可。
医生{P}建议住院观察。
由{P}主刀，{P}担任助手。
主管护士{P}已做宣教。
家属{P}已签署知情同意书。
患儿{P}，由母亲{P}代诉病史。
随访：{P}，电话{T}，无不适。
{P}否认药物过敏史。
请{P}到三号诊室就诊。
请通知{P}明早空腹抽血。
{P}和{P}同一个病房。
{P}、{P}、{P}今日值班。
会诊意见由{P}填写。
{P}，请到窗口取药。
{P}，女，{N}岁，停经四十天。
姓名：{P}，性别：女，年龄：{N}岁
姓名 {P} 电话 {T}
联系人：{P}，{T}
收件人：{P}，地址：人民路{N}号
收货人{P}，电话{T}
寄件人是{P}，已付运费。
我是{P}，想查一下订单。
我叫{P}，预约了明天。
你好，我是{P}的妹妹。
客服{P}为您服务。
客户{P}来电咨询退货。
用户{P}反馈无法登录。
订单是{P}下的，不是我。
{P}申请退款，原因是尺码不合适。
{P}说快递还没到。
{P}已经付款，请尽快发货。
{P}要求换货。
请联系{P}确认时间。
麻烦转给{P}处理。
请把文件发给{P}。
退款打给{P}就行。
把发票寄给{P}，谢谢。
已派{P}上门维修。
维修师傅{P}明天过来。
昨天接待我的是{P}。
快递员{P}把包裹放在门口了。
申请人{P}，身份证号见附件。
户主：{P}
签名：{P}
{P}　{N}岁　已婚
参会：{P}、{P}、{P}
{P}负责采购，{P}负责财务。
{P}在吗？
{P}，你到哪里了？
{P}，生日快乐！
{P}昨天没来上班。
{P}今天请假。
{P}明天回老家。
{P}跟我说他不去了。
{P}和我是同学。
我和{P}约好了。
我跟{P}借了两百块。
你问问{P}。
我问过{P}了。
你认识{P}吗？
帮我叫一下{P}。
帮{P}带份饭。
给{P}打个电话。
让{P}等一会儿。
找{P}拿钥匙。
替我谢谢{P}。
听说{P}结婚了。
听{P}说下周开会。
{P}的妈妈是老师。
{P}的电话打不通。
{P}的车停在楼下。
{P}的孩子上小学了。
这本书是{P}的。
这是{P}写的。
那个人好像是{P}。
今天{P}没空。
昨晚{P}喝多了。
上周{P}去了外地。
周末{P}请我们吃饭。
跟{P}说一声。
对{P}来说不难。
被{P}骂了一顿。
向{P}道歉。
{P}老师教我们语文。
{P}医生今天停诊。
{P}女士您好。
{P}先生，您的包裹到了。
谢谢{P}。
比{P}高一点。
我同事{P}搬家了。
班长{P}通知大家开会。
邻居{P}帮我收的快递。
{P}考上了大学。
{P}爱吃辣。
{P}会弹琴。
{P}正在开会。
{P}刚走。
{P}告诉我密码改了。
{P}问你什么时候来。
{P}表示同意。
{P}认为方案可行。
经{P}同意后执行。
记者{P}报道
作者：{P}
{P}（{N}岁）是本市居民。
司机{P}负全责。
{P}与{P}签订合同。
甲方{P}，乙方{P}。
户名{P}，卡号尾号{N}。
{P}转账三千元。
{P}还欠我五十块。
祝{P}早日康复。
恭喜{P}升职。
欢迎{P}加入。
{P}，收到请回复。
下午{P}陪我去医院。
照片里左边的是{P}。
明天由{P}接班。`.split('\n');

const withoutNames = `今天天气不错，适合出去走走。
请问营业时间是几点到几点？
我想退货，但是找不到入口。
包裹显示已签收，可是我没有收到。
这款手机支持无线充电吗？
尺码偏大，建议买小一号。
颜色和图片不一样，黄色的偏深。
物流信息三天没有更新了。
能不能便宜一点？
优惠券无法使用。
什么时候发货？
订单取消后多久退款？
发票可以开电子的吗？
安装费用由卖家承担吗？
应该怎么申请售后？
任何问题都可以咨询客服。
客服态度很好，下次还来。
质量不错，包装也很严实。
白色的还有货吗？
黑色和金色哪个好看？
方便面买一送一。
满三百减五十，不能叠加。
双十一活动从几号开始？
会员积分可以兑换什么？
密码忘记了，怎么找回？
手机号换了，怎么修改绑定？
地址填错了，还能改吗？
门口没有人，请放快递柜。
高峰期排队时间比较长。
万一丢件了谁来负责？
温度过高会自动关机。
常见问题请看帮助中心。
于是我就换了另一家店。
何时能够恢复服务？
全场包邮，边远地区除外。
成人票八十元，儿童半价。
易碎物品请轻拿轻放。
连接失败，请检查网络设置。
时间太短，来不及准备。
单人间和双人间都满了。
体温三十八度，咽部充血。
患者主诉头晕乏力，无恶心呕吐。
既往体健，否认高血压糖尿病史。
双肺呼吸音清，未闻及干湿啰音。
心率齐，各瓣膜区未闻及杂音。
腹平软，无压痛及反跳痛。
血常规示白细胞升高，中性粒细胞为主。
尿常规未见明显异常。
胸部平片未见明显异常。
肝胆胰脾未见占位。
建议低盐低脂饮食，规律作息。
阿司匹林每日一次，饭后服用。
青霉素皮试阴性。
布洛芬可以缓解发热和疼痛。
头孢类药物服用期间禁止饮酒。
黄连、黄芩、甘草、白术各十克。
术后第三天拔除引流管。
伤口愈合良好，拆线后出院。
宫颈糜烂需要治疗吗？
孕妇可以做胸透吗？
血糖控制不佳，调整胰岛素用量。
康复训练每周三次。
关节腔内注射玻璃酸钠。
左侧膝关节肿胀，活动受限。
右侧颈部可触及淋巴结。
高血压病三级，很高危。
冠状动脉粥样硬化性心脏病。
石膏固定四周后复查。
米粉、米饭和面条哪个升糖快？
麻醉方式为全身麻醉。
安静状态下心电图正常。
水肿明显减轻，尿量增加。
查体合作，神志清楚。
温水送服，避免空腹。
任务已经完成，请验收。
项目进度比计划晚了一周。
会议改到下午三点。
方案需要再讨论一下。
关于预算的问题还没有结论。
单位组织体检，下周一集合。
公司年会在月底举行。
周五之前提交报告。
季度总结写完了吗？
成绩出来了，比上次好。
高考还有一百天。
学校门口新开了一家奶茶店。
图书馆周日不开门。
万里长城是世界奇迹。
江南水乡风景如画。
东方明珠很值得去。
石家庄到北京坐高铁一个多小时。
成都火锅真好吃。
常州和苏州都去过。
张家口的冬天很冷。
黄河流经九个省区。
白云山上人很多。
金融市场波动较大。
经济增长速度有所放缓。
国务院发布了新的规定。
全国人民代表大会在北京召开。
改革开放以来，城乡面貌发生了巨大变化。
农业生产形势良好，粮食连续丰收。
应当加强基础设施建设。
双方就贸易问题举行了会谈。
有关部门正在调查事故原因。
文化体育事业蓬勃发展。
广大群众积极参加植树活动。
许多企业面临转型压力。
任务艰巨，时间紧迫。
马上就要过年了，车票不好买。
路上堵车，可能晚到十分钟。
马路对面有一家药店。
车子坏了，叫了拖车。
温泉酒店可以带宠物吗？
房子装修了半年还没好。
水费电费怎么交？
管道漏水，请派人来修。
毛衣缩水了，能赔吗？
钱包落在出租车上了。
花了不少钱，效果一般。
高兴得一晚上没睡着。
平时工作忙，周末才有空。
安全第一，注意保暖。
别着急，慢慢来。
大家都觉得这个主意好。
谁知道附近哪里有停车场？
那就这样吧，明天再说。
何必为这点小事生气。
周围环境安静，交通便利。
古代诗人常写明月。
这首歌的歌词写得真好。
电影很精彩，推荐大家去看。
孔子是古代的思想家。
鲁迅的文章选进了课本。
李白和杜甫都是唐代诗人。
王者荣耀更新后老是闪退。
安卓和苹果哪个好用？
华为手机信号好一些。
海尔冰箱噪音有点大。
黄金首饰可以换款吗？
苏打水和柠檬水都可以。
花生过敏的人不能吃这个。
牛肉炖了两个小时。
小时候常去河边玩。
小区门禁卡怎么办理？
老板说今天不营业。
老人和小孩免票。
司机绕路，多收了钱。
师傅手艺不错，就是慢。
医生说没有大问题。
护士让我多喝热水。
老师布置的作业太多了。
经理不在，请留言。
简单写个自我介绍。
请帮我把这段话翻译成英文。
写一首关于秋天的诗。
解释一下什么是相对论。
用一句话总结这篇文章。
推荐几本历史方面的书。
程序运行报错，怎么解决？
数据库连接超时。
请列出项目的主要风险。
这个单词怎么读？
帮我算一下利息。
房贷和车贷哪个利率高？
如何提高写作水平？
包括运费一共多少钱？
宋体和黑体的区别是什么？
余额不足，请充值。
张贴通知需要盖章。
施工期间请绕行。
高速公路限速一百二。
申请材料包括身份证复印件。
解除合同需要提前三十天通知。
明确责任，落实到人。
梅雨季节衣服不容易干。
和平年代更要居安思危。
向左走两百米就到了。
从前有座山，山里有座庙。
曾经来过一次，印象很深。
严禁携带易燃易爆物品。
杨树和柳树都发芽了。
熊猫吃竹子，牛羊吃草。
龙井茶和普洱茶口感不同。
席位有限，先到先得。
段落格式需要调整。
顾客投诉处理流程如下。
景区门票提前一天预订。
游客连连称赞当地美食。
童装区在三楼。
童话故事适合睡前听。`.split('\n');

/** The sentences: those without names once, the others filled `copies` times from a seeded generator. */
export function inventedSentencesZh(copies: number, seed: number): LabelledText[] {
  const random = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const frequent = commonestSurnames.split('');
  const single = [...plainSurnames, ...commonWordSurnames];
  const compound = [...compoundSurnames];
  const words = [...wordsThatAreNames];
  const levels = givenCharLevels.map((chars) => chars.split(''));
  const surname = (): string => {
    const share = random();
    return share < 0.8 ? pick(frequent) : share < 0.96 ? pick(single) : pick(compound);
  };
  const given = (): string => {
    const share = random();
    return pick(levels[share < 0.6 ? 5 : share < 0.85 ? 4 : share < 0.95 ? 3 : 2] ?? []);
  };
  const name = (): string => {
    const share = random();
    if (share < 0.08) return pick(words);
    const last = given();
    // 杨幂幂, 梁静如意: longer ones and doubled ones are rare.
    return surname() + (share < 0.3 ? '' : given()) + last + (share > 0.98 ? last : share > 0.95 ? given() : '');
  };
  const slots: Readonly<Record<string, () => string>> = {
    P: name,
    N: () => String(18 + Math.floor(random() * 70)),
    T: () => `139${String(Math.floor(random() * 1e8)).padStart(8, '0')}`,
  };
  const filled = withNames.flatMap((sentence, template) =>
    Array.from({ length: copies }, (_, copy) => fill(sentence, slots, `zh-${template}-${copy}`)),
  );
  return [...filled, ...withoutNames.map((text, at) => ({ id: `zh-none-${at}`, text, spans: [] }))];
}

function fill(sentence: string, slots: Readonly<Record<string, () => string>>, id: string): LabelledText {
  let text = '';
  const spans: LabelledText['spans'] = [];
  for (const part of sentence.split(/(\{[PNT]\})/u)) {
    const slot = /^\{([PNT])\}$/u.exec(part)?.[1];
    const value = slot === undefined ? part : (slots[slot]?.() ?? '');
    if (slot === 'P') spans.push({ start: text.length, end: text.length + value.length, type: 'PERSON' });
    text += value;
  }
  return { id, text, spans };
}
