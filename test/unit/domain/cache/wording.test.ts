import { coreOf, wordingSimilarity } from '../../../../domain/cache/wording.ts';

describe('the core of a question', () => {
  it.each([
    ['What is the capital of France?', "what's the capital of France"],
    ['How do I reset my password?', 'Hello, how can I reset my password, please?'],
    ['Please tell me the boiling point of water', 'What is the boiling point of water?'],
    ['What is the way to reset my password?', 'How can I reset my password?'],
    ['怎么重置密码？', '请问如何重置密码'],
    ['你能不能告诉我法国的首都是什么？', '请问法国的首都是什么'],
    ['ＡＢＣ １２３', 'abc 123'],
  ])('is the same for "%s" and "%s"', (one, other) => {
    expect(coreOf(one)).toBe(coreOf(other));
  });

  it.each([
    ['What is 17 times 3?', 'What is 18 times 3?'],
    ['Convert 1.5 kg', 'Convert 15 kg'],
    ['Convert 1,500 g', 'Convert 1.500 g'],
    ['What is 5 - 3', 'What is 5 + 3'],
    ['Give me 10% off', 'Give me $10 off'],
    ['dose for twelve patients', 'dose for two patients'],
    ['Who is Anna Berg?', 'Who is Hanna Berg?'],
    ['what is the capital of france', 'what is the capital of spain'],
    ['can cats eat grapes', 'can dogs eat grapes'],
    ['Is aspirin safe with alcohol?', 'Is aspirin not safe with alcohol?'],
    ['Can I take it?', "Can't I take it?"],
    ["Why doesn't it start?", 'Why does it start?'],
    ['Which is larger, A or B?', 'Which is larger, B or A?'],
    ['Does the dog bite the man?', 'Does the man bite the dog?'],
    ['before surgery', 'after surgery'],
    ['with sugar', 'without sugar'],
    ['Why do I sleep?', 'When do I sleep?'],
    ['他可以吃阿司匹林吗', '他不可以吃阿司匹林吗'],
    ['王小明的病历', '王小红的病历'],
    ['二十三床的剂量', '二十四床的剂量'],
    ['能不能喝酒', '不能喝酒'],
    ['Can I call you?', 'Can you call me?'],
    ['a flight to Rome from Oslo', 'a flight from Rome to Oslo'],
    ['Did it start?', 'Does it start?'],
    ['How can I leave?', 'How should I leave?'],
    ['我告诉你', '你告诉他'],
    ['价格是 100 元', '价格是 1000 元'],
    ['def f(x): return x', 'def f(y): return y'],
    ['see https://a.example/1', 'see https://a.example/2'],
  ])('tells "%s" from "%s"', (one, other) => {
    expect(coreOf(one)).not.toBe(coreOf(other));
  });
});

describe('how alike two wordings are', () => {
  it('is 1 for the same text, 0 for nothing in common and between for a rewording', () => {
    expect(wordingSimilarity('reset my password', 'reset my password')).toBeCloseTo(1);
    expect(wordingSimilarity('reset my password', '天气')).toBe(0);
    const reworded = wordingSimilarity('How do I reset my password?', 'how can I reset my password please');
    expect(reworded).toBeGreaterThan(0.6);
    expect(reworded).toBeLessThan(1);
  });
});
