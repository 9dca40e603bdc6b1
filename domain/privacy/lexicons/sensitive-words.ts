/**
 * Words that ask for or describe harm, by category, Chinese and English. The names are those of OpenAI's moderation
 * where there is one of that meaning. Own wording of the project, CC0-1.0. A short beginning, not a complete list: an
 * operator adds words and categories of their own. A word is a hint, not a verdict: negated and quoted ones match too.
 */
export const sensitiveWords = {
  violence: {
    zh: '杀人方法|怎么杀人|砍死|灭门|血洗|活埋|斩首视频|虐杀|投毒杀人|雇凶杀人'.split('|'),
    en: 'how to kill someone|murder someone|beat him to death|beat her to death|behead|beheading video|hire a hitman|mass shooting plan|slaughter them all'.split(
      '|',
    ),
  },
  'self-harm': {
    zh: '自杀方法|怎么自杀|割腕|烧炭自杀|跳楼自杀|上吊自杀|不想活了|结束自己的生命|无痛自杀'.split('|'),
    en: 'kill myself|how to commit suicide|suicide method|suicide methods|cut my wrists|end my own life|painless suicide|hang myself'.split(
      '|',
    ),
  },
  weapons: {
    zh: '制造炸弹|自制炸药|炸弹配方|自制枪支|买枪|枪支图纸|燃烧瓶制作|制毒气|沙林毒气'.split('|'),
    en: 'make a bomb|build a bomb|pipe bomb|homemade explosive|homemade explosives|ghost gun|3D printed gun|molotov cocktail|nerve agent|sarin gas|ricin'.split(
      '|',
    ),
  },
  illicit: {
    zh: '买毒品|制毒方法|冰毒配方|代开发票|办假证|洗钱渠道|电信诈骗话术|刷单返利|网络赌博|赌博网站|盗刷信用卡|撞库'.split(
      '|',
    ),
    en: 'buy heroin|buy cocaine|cook meth|meth recipe|fake passport|counterfeit money|money laundering service|stolen credit cards|carding forum|phishing kit|ransomware builder|illegal gambling site'.split(
      '|',
    ),
  },
  sexual: {
    zh: '色情视频|黄色网站|裸聊|约炮|援交|卖淫|招嫖|强奸视频|偷拍视频|儿童色情'.split('|'),
    en: 'porn|pornography|porn video|nude chat|escort service|prostitution|revenge porn|upskirt|child pornography|child porn'.split(
      '|',
    ),
  },
} as const;
