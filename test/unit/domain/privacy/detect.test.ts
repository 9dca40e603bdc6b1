import { createDetector, detect } from '../../../../domain/privacy/detect.ts';
import type { Entity } from '../../../../domain/privacy/span.ts';

const detector = createDetector();
const found = (text: string): [Entity, string][] =>
  detector(text).map(({ start, end, entity }) => [entity, text.slice(start, end)]);

describe('detecting personal data', () => {
  it.each<[string, Entity, string]>([
    ['身份证530102 19840918 0376，医保卡不能用。', 'id_card', '530102 19840918 0376'],
    ['身份证号37020219621012201x', 'id_card', '37020219621012201x'],
    ['旧身份证：110105491231002', 'id_card', '110105491231002'],
    ['SSN on file: 219-09-9999', 'id_card', '219-09-9999'],
    ['电话+86-136-5713-8391', 'phone', '+86-136-5713-8391'],
    ['Call me at (312) 555-0176', 'phone', '(312) 555-0176'],
    ['mobile: 07700 900 123', 'phone', '07700 900 123'],
    ['寄到家里请打0571-8837 6120。', 'phone', '0571-8837 6120'],
    ['收件人在，0512-6728 4410，白天都有人', 'phone', '0512-6728 4410'],
    ['国内那个1 3 8 0 4 5 1 7 7 2 6打不通', 'phone', '1 3 8 0 4 5 1 7 7 2 6'],
    ['+41 (0)96 471 07 95', 'phone', '+41 (0)96 471 07 95'],
    ['卡号6222 0225 7792 0713 927', 'bank_card', '6222 0225 7792 0713 927'],
    ['my card 4111-1111-1111-1111 expired', 'bank_card', '4111-1111-1111-1111'],
    ['IBAN GB82 WEST 1234 5698 7654 32 please', 'bank_card', 'GB82 WEST 1234 5698 7654 32'],
    ['发到happycat890@qq.example，谢谢', 'email', 'happycat890@qq.example'],
    ['住院号M441827，床号12', 'medical_record', 'M441827'],
    ['MRN 10027745 admitted', 'medical_record', '10027745'],
    ['门诊号好像是C0077315', 'medical_record', 'C0077315'],
    ['M7730215是我的病历号，想问活检要等几天', 'medical_record', 'M7730215'],
    ['B-20931 is her MRN', 'medical_record', 'B-20931'],
    ['Outpatient number OP-51-20836 was moved', 'medical_record', 'OP-51-20836'],
    ['车牌沪A·D12345停在楼下', 'plate', '沪A·D12345'],
    ['license plate 7ABC123 was seen', 'plate', '7ABC123'],
    ['加微信wxid_p12zz3mszzhpxa聊', 'wechat', 'wxid_p12zz3mszzhpxa'],
    ['想看的加V：qinse_wanan', 'wechat', 'qinse_wanan'],
    ['My WeChat is oliver_shen92', 'wechat', 'oliver_shen92'],
    ['微信号：lin_8198', 'wechat', 'lin_8198'],
    ['from 2001:db8::8a2e:370:7334 today', 'ip', '2001:db8::8a2e:370:7334'],
    ['DOB 07/21/1968', 'birth_date', '07/21/1968'],
    ['出生日期：1990年3月7日', 'birth_date', '1990年3月7日'],
    ['家住北京市海淀区中关村大街27号1单元502', 'address', '北京市海淀区中关村大街27号1单元502'],
    ['lives at 1209 Cedar Hollow Rd, Boise, ID 83702.', 'address', '1209 Cedar Hollow Rd, Boise, ID 83702'],
    ['key AKIAIOSFODNN7EXAMPLE leaked', 'secret', 'AKIAIOSFODNN7EXAMPLE'],
    ['OPENAI=sk-proj-abcdEFGH1234abcdEFGH1234', 'secret', 'sk-proj-abcdEFGH1234abcdEFGH1234'],
    ['token ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'secret', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['密码是hunter2!x', 'secret', 'hunter2!x'],
    ['postgres://app:s3cr3tPw@db:5432/x', 'secret', 's3cr3tPw'],
    [
      'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc123',
      'secret',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc123',
    ],
    [
      '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
      'secret',
      '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
    ],
  ])('finds in %j a %s', (text, entity, value) => {
    expect(found(text)).toContainEqual([entity, value]);
  });

  it.each([
    '订单20260920-4471还没付款。',
    '快递单号YT9981237740021。',
    '快递单号 73120045678901',
    '检验条码628800192834请贴在管壁上。',
    '热线95588总占线。',
    '客服热线400-820-8820',
    '手机尾号5181',
    '发票代码3300191130，号码08812345。',
    '体温36.8，脉搏72，血压118/76。',
    '11月20日18:30前送到。',
    'Order 4471-22 for crutches shipped.',
    'Tracking 1Z999AA10123456784',
    'Call 1-800-555-0199 for help',
    'version 10.0.19041.1 of the driver',
    'It says update 7.1.0.22 failed',
    '系统升到 4.2.18.3 以后',
    '抽奖号 15822093417 没中',
    'UPS says 1Z 999 AA1 01 2345 6784 was left',
    'order no 4111111111111111',
    'password is required',
    '安踏和李宁哪个耐穿？',
    '张小泉剪刀生锈了。',
    'Murphy’s sign negative, Bell’s palsy resolving.',
    '2026-11-23 12:30:45',
  ])('leaves %j alone', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('lets a checksum win over a shape, and the longer over the shorter', () => {
    expect(found('6217003634534457350')).toEqual([['bank_card', '6217003634534457350']]);
    expect(found('mail 13800001234@example.org')).toEqual([['email', '13800001234@example.org']]);
  });

  it('finds registered persons whatever stands around them, Latin ones as whole words', () => {
    const options = { persons: ['高兴', 'Art Will'] };
    expect(detect('高兴地说', options)).toMatchObject([{ start: 0, end: 2, entity: 'person', evidence: 'verified' }]);
    expect(detect('the artwillow', { persons: ['artwill'] })).toEqual([]);
  });

  it('takes operator patterns in linear-time syntax, whose first group is the value', () => {
    const patterns = [{ entity: 'medical_record' as const, pattern: String.raw`\bKH-(\d{4})\b` }];
    expect(detect('see KH-1234', { patterns })).toMatchObject([{ start: 7, end: 11, entity: 'medical_record' }]);
    expect(() => createDetector({ patterns: [{ entity: 'person', pattern: '(a' }] })).toThrow('missing');
  });

  it('is not slowed down by a pattern that would take a backtracking engine ages', () => {
    const patterned = createDetector({ patterns: [{ entity: 'secret', pattern: '(?:a+)+$' }] });
    const started = performance.now();
    patterned(`${'a'.repeat(50_000)}!`);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('finds the words of a list of 50,000', () => {
    const words = Array.from({ length: 50_000 }, (_, i) => `Projekt-${i}-Falke`);
    const listed = createDetector({ entities: ['secret'], words: [{ entity: 'secret', words }] });
    expect(listed('about Projekt-49999-Falke today')).toMatchObject([{ start: 6, end: 25 }]);
  });

  it('returns only the kinds that were asked for', () => {
    expect(detect('a@example.org 198.51.100.23', { entities: ['ip'] })).toMatchObject([{ entity: 'ip' }]);
  });
});

describe('hostile texts', () => {
  const size = 1_000_000;
  const repeat = (piece: string): string => piece.repeat(Math.ceil(size / piece.length));

  it.each(
    [
      '1',
      '1 ',
      '1-',
      '1.',
      'a',
      'Aa ',
      'A. ',
      'Van de ',
      'a@a.',
      '@',
      ':',
      'ab:',
      '王',
      '微信',
      '人民路12号',
      '1 Abc ',
      'sk-',
      'eyJaaaaaaaa.',
      '-----BEGIN RSA PRIVATE KEY-----',
      'password=',
      'bearer ',
      'Abc, ',
      '\n',
    ].map((piece) => [piece]),
  )('1 MB of %j is read in seconds', (piece) => {
    const started = performance.now();
    detector(repeat(piece));
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
