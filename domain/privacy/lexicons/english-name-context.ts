/** Words beside English names (own lists, from general knowledge). All in lower case. */
const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Titles before a name; a bare surname is marked together with them. */
export const titlesBefore = list(
  'mr mrs ms miss mx dr doctor prof professor sir madam madame dame lord lady nurse sister judge justice officer detective inspector sergeant captain lieutenant colonel major general rev reverend father pastor rabbi imam fr hon senator congressman congresswoman councillor mayor president chancellor minister ambassador herr frau monsieur signor signora señor senor senora uncle aunt auntie grandma grandpa coach chef principal dean surgeon',
);

/** Letters after a name. */
export const credentials = list(
  'md rn np pa do phd dds dvm lpn jr sr ii iii iv esq mbbs frcp msn bsn cna pharmd dpt lcsw cpa mba ma bsc msc mp obe',
);

/** What someone is: occupations, kinship, parts in a case. A name follows (`songwriter Zoe Young`). */
export const roles = list(
  'patient client customer user member guest tenant landlord employee employer colleague coworker boss manager supervisor director ceo cfo cto founder cofounder founders owner chairman chairwoman president secretary assistant intern engineer developer programmer designer architect scientist researcher teacher student pupil author writer novelist poet journalist reporter editor columnist commenter commentator blogger critic producer songwriter singer musician composer artist painter actor actress comedian star drummer guitarist bassist vocalist rapper player footballer quarterback striker goalkeeper runner golfer swimmer boxer driver pilot leader spokesman spokeswoman spokesperson lawyer attorney solicitor barrister prosecutor witness defendant plaintiff suspect victim killer physician cardiologist oncologist neurologist psychiatrist psychologist pediatrician paediatrician dentist therapist pharmacist midwife radiologist anesthesiologist anaesthetist interpreter caregiver carer guardian husband wife spouse partner son daughter mother father mom mum dad brother sister cousin nephew niece uncle aunt grandmother grandfather grandson granddaughter friend neighbor neighbour roommate girlfriend boyfriend fiance fiancee twin twins baby kid child widow widower kin contact beneficiary holder cardholder applicant candidate recipient sender payee recruiter candidate agent broker professor',
);

/** Words and verbs whose object is a person more often than a place or a firm. */
export const personVerbs = list(
  "called named name names named: call calls ask asked asking tell told telling meet meeting met know knows knew thank thanks thanked marry married love loves loved hate hates hated visit visited dear hi hello hey cc attn attention dating dated hug kiss invite invited inviting email emailed text texted phone phoned contact contacting reach by with and for to said says signed directed written sung starring featuring feat produced composed performed via user change under remind introduce congratulate congratulations miss missed leave blame help assign assigned transfer forward wish born fire fired hire hired owes owe paid pay pays arrest arrested am i’m i'm im it’s it's is was versus vs bye goodbye",
);

/** Verbs of speech and naming right before a name (`says Joly`, `nicknamed Bo`). */
export const speechBefore = list(
  'says said asked asks replied replies called named nicknamed wrote writes explained explains added told adds warned joked whispered shouted tells quoth claims claimed argues argued christened aka',
);

/** Verbs that reach a person through a preposition: shouted at, spoke to, married to. */
export const talkVerbs = list(
  'shout shouted shouts yell yelled look looked looks smile smiled laugh laughed wave waved talk talked talks talking speak speaks spoke spoken speaking listen listened write wrote written give gave given gives belong belongs according similar married engaged said says say reply replied sing sang play played work worked dance danced follow followed chat chatted meet met met argue argued agree agreed sympathise sympathize thanks sent send owe owed return returned due directed produced composed invented discovered founded painted signed authored hosted presented led',
);

/** Words that begin the names of towns. */
export const placeHeads = list(
  'san santa santo sao são st saint sankt port fort den bad cite cité ciudad villa villafranca new mount mont los las les el le la upper lower great little north south east west nova nowy nowa stara novi vila puerto porto ville velká velke nizhny velikiy old castel monte rio lake glen isle',
);

/** Prepositions before places. */
export const placePrepositions = list(
  'in at from to near into toward towards around outside inside across via through leaving reaching visiting visited downtown city town village state country county of',
);

/** What only people do; a name stands before it. */
export const personPredicates = list(
  'is was has had will would can could does did got gets became and or who whose just became looks looked',
);

/** Verbs of which only people are the subject; as predicates they prove more than the auxiliaries above. */
export const humanPredicates = list(
  'says said asks asked replied replies told tells thinks thought believes believed explains explained explained: points pointed writes wrote sings sang plays played lives lived works worked loves loved likes liked hates wants wanted needs needed feels felt knows knew hopes hoped plans planned reports reported denies denied complains complained declines declined refuses refused agrees agreed lost forgot forgets moved travelled traveled flew drove walked ran went came comes goes began started remembers remembered admitted presented presents speaks spoke called calls smiled laughed cried died sentenced arrested detained invited thinks told writes drives studies teaches retired resigned married graduated texted emailed phoned visited arrived sleeps eats drinks cooks runs walks reads signed witnessed underwent presented consented tolerated',
);

/** Words that make the capitalised words around them an organisation, a place, a work or a product. */
export const notPersonWords = list(
  'inc incorporated ltd limited llc llp plc corp corporation co company companies group holdings partners associates industries enterprises technologies technology systems software solutions services service bank insurance capital ventures fund foundation institute university college school academy hospital clinic infirmary practice centre center church council committee association society union club league team party museum library gallery theatre theater hotel restaurant cafe bar inn airport station street st avenue ave road rd lane ln drive boulevard blvd court ct square sq place plaza terrace way highway hwy route suite apt apartment unit floor building tower house park garden gardens bridge river lake mountain mount mt valley hill hills island islands beach bay harbor harbour county city town village state states kingdom republic province district region north south east west northern southern eastern western magazine weekly daily times post news journal press tv radio records music media entertainment studios pictures films games festival awards award cup championship games series season episode album song band orchestra department ministry agency bureau office board authority commission court army navy force forces police airlines airways motors foods pharma pharmaceuticals labs laboratories hall stadium arena day week month syndrome disease palsy sign phenomenon sarcoma lymphoma test scale score maneuver manoeuvre law theorem principle effect prize act treaty agreement article novel book movie film show play opera code protocol api server cloud data app online network networks research global international national federal royal american royal bypass flat flats points squares isle crossing mews quay pier terrasse lines van cruise hotline inc. sons brothers bros foundry mill factory plant works farm ranch pharmacy',
);

/** Eponyms of signs and diseases, which name no patient. */
export const eponymFollowers = list(
  'disease syndrome palsy sign phenomenon sarcoma lymphoma dementia point maneuver manoeuvre reflex tremor criteria fracture hernia theorem law principle staging catheter ulcer gland duct nodes triad contracture esophagus oesophagus anemia tumor tumour thyroiditis encephalopathy stain agar chorea ataxia aneurysm goiter struma agenesis nevus cyst granulomatosis colitis vasculitis arteritis lines spots',
);

/** Words in capital letters at sentence starts and in headings that are no names although lexicons have them. */
export const neverNames = list(
  "pt pts hx dx rx tx sx fx px c'mon y'all o'clock ma'am ain't princess prince queen duke duchess emperor empress usns uss hms i a an the and or but if so as of in on at to by for from with without about into over under after before during monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun today tomorrow yesterday this that these those my your his her its our their me you he she it we they us them who what when where why how which is are was were be been do does did can could will would should shall may might must not no yes ok okay please thanks thank hello hi hey dear best kind regards sincerely god lord christmas easter english french german spanish italian russian chinese japanese polish dutch swedish norwegian danish finnish greek hungarian turkish american british european asian african canadian australian irish scottish welsh bot user agent assistant system name address phone email tel fax mobile desk website date time subject re fw note order room policy number account card code zip url http https www iban ssn mrn dob vip pdf faq id ip api ceo usa uk us eu un nasa fbi cia",
);

/** Makers, shops, services, clubs and medicines that nobody is called by (own list). */
export const brands = list(
  'toyota honda nissan hyundai kia mazda subaru lexus audi bmw volkswagen volvo peugeot renault fiat porsche tesla camry corolla samsung sony nokia huawei xiaomi lenovo asus acer google android chrome microsoft amazon netflix spotify youtube facebook instagram whatsapp twitter tiktok paypal visa mastercard maestro amex costco walmart ikea adidas nike puma zara kleenex starbucks mcdonald mcdonalds pepsi coca nestle colgate loreal uber lyft airbnb fedex dhl ups usps ebay etsy alibaba kindle playstation xbox nintendo bluetooth wifi linux ubuntu python javascript excel powerpoint outlook photoshop marriott sheraton hyatt lufthansa ryanair easyjet mercedes ferrari lamborghini bayer pfizer novartis roche sanofi astrazeneca moderna arsenal everton lakers yankees rockets tylenol advil motrin aleve neosporin benadryl claritin zyrtec allegra nexium prilosec zantac pepcid lipitor crestor zocor plavix coumadin eliquis xarelto lasix norvasc diovan cozaar lopressor toprol glucophage januvia ozempic wegovy trulicity jardiance farxiga humalog lantus novolog synthroid zoloft prozac lexapro celexa paxil effexor cymbalta wellbutrin abilify seroquel risperdal zyprexa xanax ativan valium klonopin ambien lunesta adderall ritalin concerta vyvanse keppra dilantin tegretol depakote lamictal topamax neurontin lyrica norco vicodin percocet oxycontin ultram flomax viagra cialis humira enbrel remicade keytruda opdivo herceptin rituxan augmentin zithromax cipro levaquin bactrim keflex amoxil tamiflu paxlovid flonase singulair advair symbicort spiriva ventolin melatonin heparin warfarin insulin metformin aspirin ibuprofen paracetamol acetaminophen naproxen morphine fentanyl ketamine epinephrine norepinephrine dopamine prednisone albuterol digoxin furosemide lithium babinski',
);

/** Endings that international nonproprietary names of medicines have (WHO stem book). */
export const medicineEndings = list(
  'cillin mycin oxacin cycline azole statin sartan prazole tidine olol dipine azepam azolam zumab ximab tinib parin gliptin gliflozin glutide triptan setron caine profen oxetine azine thiazide semide vudine navir ciclovir lukast terol sone solone pril pramide barbital codone morphone raline faxine triptyline pezil mantine dronate fenac coxib giline rubicin platin taxel ciclib afil tropium phylline gabalin tadine rizine zosin trexate umab gatran xaban grelor fibrate lactone furantoin thoprim fungin flurane curium curonium stigmine nidazole tretinoin tonide',
);

/** Endings of the names of firms, houses and streets; whatever they end is no person. */
export const firmEndings = list(
  'inc incorporated ltd limited llc llp plc corp corporation co gmbh ag sa bv oy ab group sons bros brothers partners holdings associates bank capital ventures insurance technologies systems software solutions street road avenue boulevard highway bypass university college hospital airport hotel restaurant magazine',
);

/** Pieces that makers of firms' and products' names like to put together. */
export const brandBeginnings = list(
  'data think flight cloud micro info soft web net tech media health bio geo open smart digi cyber trans inter meta sys citi auto agri aero quant crypto pay face snap true zen hyper super ever stream street legi next link work home food market know social mobile medi insta my be recar rank',
);

export const brandEndings = list(
  'data stats soft ware group logic logix works hub lab labs loop coach trak tech media bank corp base force point net wallet source cloud metrics metrix analytics gov map maps intel io ly ify gram book space cast flow stack grid path bit byte sys com fi core era num made lytics scope cred pay share list search watch',
);
