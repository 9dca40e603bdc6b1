/**
 * Sensitive medical terms by category, Chinese and English. Own wording of the project, CC0-1.0. A term is a hint, not a
 * verdict: negated (无吸毒史) and generic mentions match too. The categories follow what privacy laws usually treat as
 * specially protected health data.
 */
export const sensitiveMedicalTerms = {
  hiv: {
    zh: '艾滋病|艾滋|HIV阳性|HIV感染|爱滋病|获得性免疫缺陷综合征|HIV抗体|抗逆转录病毒治疗|鸡尾酒疗法|CD4细胞计数|HIV病毒载量|暴露后阻断药|暴露前预防|恐艾|HIV感染者'.split(
      '|',
    ),
    en: 'HIV|AIDS|HIV positive|HIV-positive|seropositive for HIV|antiretroviral therapy|ART regimen|CD4 count|HIV viral load|PrEP|PEP course|living with HIV|HIV antibody|Kaposi sarcoma|opportunistic infection'.split(
      '|',
    ),
  },
  sti: {
    zh: '梅毒|淋病|尖锐湿疣|生殖器疱疹|衣原体感染|性病|性传播疾病|HPV阳性|软下疳|非淋菌性尿道炎|阴虱|滴虫性阴道炎|梅毒螺旋体'.split(
      '|',
    ),
    en: 'syphilis|gonorrhea|gonorrhoea|chlamydia|genital herpes|genital warts|HPV positive|trichomoniasis|sexually transmitted infection|STI|STD|VDRL reactive|RPR titer|pubic lice|HSV-2'.split(
      '|',
    ),
  },
  psychiatric: {
    zh: '抑郁症|重度抑郁|双相情感障碍|躁郁症|精神分裂症|焦虑症|惊恐障碍|强迫症|创伤后应激障碍|边缘型人格障碍|厌食症|贪食症|自杀未遂|自残|自杀倾向|幻听|被害妄想|精神科住院|电休克治疗|碳酸锂|多动症|自闭症|癔症|心理咨询记录'.split(
      '|',
    ),
    en: 'depression|major depressive disorder|bipolar disorder|schizophrenia|anxiety disorder|panic attacks|obsessive-compulsive disorder|PTSD|borderline personality disorder|anorexia nervosa|bulimia|suicide attempt|suicidal ideation|self-harm|auditory hallucinations|psychiatric admission|involuntary hold|electroconvulsive therapy|lithium therapy|ADHD|autism spectrum disorder|psychotherapy notes|psychosis'.split(
      '|',
    ),
  },
  reproductive: {
    zh: '怀孕|早孕|人工流产|人流|药物流产|引产|堕胎|宫外孕|先兆流产|习惯性流产|试管婴儿|不孕不育|避孕药|紧急避孕|节育环|输卵管结扎|输精管结扎|未婚先孕|胎停|代孕|早泄|阳痿|勃起功能障碍|少精症'.split(
      '|',
    ),
    en: 'pregnancy|pregnant|abortion|medical abortion|termination of pregnancy|miscarriage|ectopic pregnancy|threatened abortion|IVF|infertility|birth control pill|emergency contraception|IUD|tubal ligation|vasectomy|stillbirth|surrogacy|mifepristone|erectile dysfunction|low sperm count|egg freezing'.split(
      '|',
    ),
  },
  genetic: {
    zh: '基因检测|BRCA1突变|BRCA2突变|遗传性疾病|亨廷顿舞蹈症|唐氏综合征|染色体异常|血友病|地中海贫血基因|携带者筛查|亲子鉴定|囊性纤维化|无创产前检测|羊水穿刺|致病性变异'.split(
      '|',
    ),
    en: "genetic test|BRCA1 mutation|BRCA2 mutation|hereditary disease|Huntington's disease|Down syndrome|chromosomal abnormality|hemophilia carrier|thalassemia trait|carrier screening|paternity test|cystic fibrosis|amniocentesis|pathogenic variant|Lynch syndrome".split(
      '|',
    ),
  },
  substance_use: {
    zh: '吸毒|海洛因|冰毒|可卡因|大麻依赖|酒精依赖|酗酒|戒毒|美沙酮|药物滥用|戒断反应|阿片类成瘾|吗啡依赖|毒品检测阳性|笑气成瘾'.split(
      '|',
    ),
    en: 'substance use|heroin|methamphetamine|cocaine|cannabis dependence|alcohol dependence|alcoholism|rehab|methadone|buprenorphine|drug abuse|withdrawal symptoms|opioid addiction|positive drug screen|needle exchange'.split(
      '|',
    ),
  },
  infectious_other: {
    zh: '乙肝|乙肝大三阳|乙肝小三阳|丙肝|肺结核|麻风病|耐药结核|乙肝携带者'.split('|'),
    en: 'hepatitis B|HBsAg positive|hepatitis C|tuberculosis|leprosy|MDR-TB|chronic HBV carrier|monkeypox|mpox'.split(
      '|',
    ),
  },
  gender_sexuality: {
    zh: '性别焦虑|变性手术|激素替代治疗|性别重置|同性性行为|性取向|双性人'.split('|'),
    en: 'gender dysphoria|gender reassignment surgery|hormone replacement therapy|transgender|sexual orientation|intersex|men who have sex with men|top surgery'.split(
      '|',
    ),
  },
  violence_abuse: {
    zh: '家庭暴力|性侵|强奸|儿童虐待|虐待伤|猥亵'.split('|'),
    en: 'domestic violence|sexual assault|rape kit|child abuse|non-accidental injury|intimate partner violence'.split(
      '|',
    ),
  },
  oncology_terminal: {
    zh: '癌症晚期|恶性肿瘤|临终关怀|姑息治疗|转移癌|放弃抢救'.split('|'),
    en: 'terminal cancer|metastatic cancer|hospice|palliative care|do not resuscitate|malignant neoplasm'.split('|'),
  },
} as const;
