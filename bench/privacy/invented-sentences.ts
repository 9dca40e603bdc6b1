import { englishPlaces } from '../../domain/privacy/lexicons/english-places.ts';
import { unpackFrontCoded } from '../../domain/privacy/lexicons/front-coding.ts';
import { givenNames } from '../../domain/privacy/lexicons/given-names.ts';
import { surnames } from '../../domain/privacy/lexicons/surnames.ts';
import type { LabelledText } from './data-set.ts';

/**
 * Sentences with slots, from which the weights of the English name model are fitted. Written for this project, CC0.
 * {P} full name, {F} given name, {L} surname, {G} place, {O} organisation; `\n` is a line break.
 */
const sentences = String.raw`My cousin {P} will pick up the parcel.
Please forward the contract to {P} before noon.
{P} joined {O} in {G} last spring.
We flew from {G} to {G} with {P}.
The keynote was given by {P}, head of research at {O}.
{P} and {P} are getting married in {G}.
Is {G} colder than {G} in winter?
{O} opened a new office in {G}.
I used to study at the University of {G}.
Tell {F} I said hi.
{F}, can you send me the slides?
Hi {F}, thanks for the quick reply.
Regards,\n{P}
Best,\n{F}
Attendees: {P}, {P}, {P}
Meeting notes by {P}
{L} won the match against {L} in straight sets.
According to {L}, the results are preliminary.
"It was never about money," {L} told reporters in {G}.
{P}'s dog barks all night.
{F}'s birthday is next week.
The {G} office is closed on Friday.
{G} is the capital of the region.
{O} shares fell after the announcement.
{O} is hiring engineers in {G}.
I bought this at {O} yesterday.
The package was shipped from {G}.
Referred by {P} to {O}.
Patient {P} complains of nausea.
{P} (born 1970) was discharged home.
Signed: {P}
From: {P}\nTo: {P}\nSubject: Quarterly report
Author: {P}
Contact person: {P}, {G}
Emergency contact: {P} (wife)
I met {F} and {F} at the airport.
{F} asked {F} for a favour.
Have you seen the new film with {P}?
She was born in {G} to {P} and {P}.
Her husband {F} works for {O}.
Our teacher {P} retired.
The {L} family moved to {G}.
Ask for {F} at the front desk.
Where is {F}?
Who is {P}?
Is {P} still working at {O}?
I live near {G} and work for {O}.
We spent two weeks in {G}.
Driving to {G} takes three hours.
Do you ship to {G}?
Flights to {G} are delayed.
The mayor of {G} resigned.
{G} airport was evacuated.
The train leaves {G} at nine.
Install Docker and Kubernetes on Ubuntu before you start.
The Samsung Galaxy and Apple iPhone were compared.
Read the Terms of Service and Privacy Policy.
Click Settings, then Account, then Billing.
My Netflix and Spotify subscriptions were charged twice.
Microsoft Teams crashed during the call.
Paracetamol and Ibuprofen were prescribed for Crohn's disease.
Tylenol twice daily, follow up with Cardiology.
On Tuesday, Amazon announced layoffs in {G}.
Write a Python function that parses JSON with Pandas.
The Great Gatsby is my favourite novel.
Lyrics by {P}, music by {P}.
{P} scored twice for {G} United.
{L}'s theory was later refuted by {L}.
The report, written by {L} and {L}, is due Monday.
user: my name is {P}
agent: thank you {F}, how can I help?
cc: {P}
I am {P} and I have lost my password.
This is {F} from {O}.
{P} here, calling about my order.
Customer name {P}, order placed in {G}.
Dear {P},
Do you know {P}?
Thanks, {F}
The bridge in {G} was designed by {P}.
We visited {G}, {G} and {G} last year.
{O} and {O} merged in 2019.
Complaint against {O} about late delivery to {G}.
In {G}, {P} is a household name.
Interview with {P}, founder of {O}.
The house on {G} Road belongs to {P}.
{P} lives in {G}.
{F} lives next door.
Has {F} arrived yet?
Congratulations to {P} on the promotion!
Happy birthday {F}!
translate this letter for {F} please
{P}, 34, of {G}, was arrested on Monday.
Witness {P} saw the car near {G}.
Nurse {F} changed the dressing.
{G} hospital transferred {P} to {G}.
Start Metformin and stop Warfarin; ECG normal.
Babinski sign absent, Glasgow Coma Scale 15.
How far is {G} from here?
My flight to {G} via {G} was cancelled.
{O} refused the refund.
Has anyone at {O} looked at this?
The {O} website is down again.
Weather in {G}: cloudy.
{G}, {G}
{P}\n{O}\n{G}
Shipping label: {P}, {G}
{L} et al. reported similar findings.
The painting by {L} hangs in {G}.
{F} and I went to {G}.
{P} has been the director of {O} since 2011.
Kind regards, {P}, {O}
The {G} government raised taxes.
{G} beat {G} two to one.
Use React with Tailwind and deploy on Vercel.
Excel and Word crash on Windows.
The Beatles and Nirvana are on my playlist.
Order a Cappuccino and a Croissant.
I am looking for a flat in {G}.
Born and raised in {G}, {F} never left.
Come on, {F}!
Well done, {F}!
You were right, {F}.
{F}: "I thought you had left."
{F}: "When do we start?"\n{F}: "In an hour."
{L} and {L} were the last to leave.
Were {L} and {L} at the hearing?
{F} and {F} have two children.
{L} grew up on a farm.
{L} started painting at forty.
{L} spent ten years in {G}.
{F} is from {G}.
{F} works at {O}.
{F} used to work for {O}.
She got a job at {O}.
{F} is a good friend of mine.
{F} is such a kind soul.
The {L} case was closed in 1998.
I prefer the {L} translation.
The {L} method is widely used.
{F} yelled at {F} across the street.
She was looking at {F} all evening.
I gave {F} the keys and {F} gave them to {F}.
My daughter {F} starts school on Monday.
My boss {F} approved it.
Her son {F} has a fever.
The accused, {P}, denied everything.
{L}, {L} and {L} advised the buyer.
The merger was led by {L}, {L} and {L}.
Speakers: {L}, {L} and {L}.
{O}, {G}
{O} was founded in {G} by {P}.
{O} later became {O}.
Recorded for {O} in {G}.
{O} and {P} signed the deal.
His surname is {L}.
Last name: {L}
First name: {F}
Name on the card: {P}
Everybody here calls him {F}.
They named their daughter {F}.
What a great song by {L}!
I don't think {F} knows about it.
Why did {F} leave so early?
When is {F} coming back?
between {F} and {F}
It was {F}'s idea, not {L}'s.
Liftoff is at noon.
Gotcha, thanks a lot.
Hmm, whatever works.
Blockchain and Bitcoin are mentioned in the appendix.
Wikipedia and Google disagree.`
  .split('\n')
  .map((sentence) => sentence.replaceAll(String.raw`\n`, '\n'));

const organisations =
  'Halvorsen Group|Brightline Media|Quantix|Nordwind Airlines|Tesco|Zalando|Acme Corp|Siemens|Lumenor|Veritas Capital|Blue Finch Ltd|Deutsche Bank|Oakridge Hospital|Mercy Clinic|Foxglove Studios|Datavista|Northwind Traders|Umbrella Corporation|Baker-Hughes|Walters-Meyer|Jones Inc|Smith and Sons|Harper Collins|Persimmon|Trivago|Stripe|Garcia LLC|Peterson Group|Xentris|Medialoop|Roberts-Keller|Openfield|Cloudmere|Green Harbor Foods'.split(
    '|',
  );
const placeStarts =
  'Var Kel Nor Hal Tor Ost Bra Lin Mar Sol Gre Wex Hol Fal Ryd Stan Ald Bor Cas Dun Eks Fjel Gor Hvam Ise Jes Kon Lub Mon Nag'.split(
    ' ',
  );
const placeEnds =
  'holt by ford sund berg wick dorf ville ton stad ana ino erö nica grad ovo mere ham vik borg tjern eira ec any ice hegy falva lahti joki nes'.split(
    ' ',
  );
const nameEnds = 'ovic enko ssen dóttir akis yama escu ault ierre eva ina ulo ake isha otto une imir anka'.split(' ');

const capital = (name: string): string => name.replaceAll(/(?:^|-)[a-z]/gu, (letter) => letter.toUpperCase());

/** The sentences, each filled `copies` times from a seeded generator. */
export function inventedSentences(copies: number, seed: number): LabelledText[] {
  const random = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const given = [...unpackFrontCoded(givenNames)];
  const family = [...unpackFrontCoded(surnames)];
  const places = [...englishPlaces].filter((place) => !place.includes('_'));
  // One name in five is in no lexicon, as with the names of real people.
  const invent = (): string => pick(placeStarts) + pick(nameEnds);
  const givenName = (): string => (random() < 0.2 ? invent() : capital(pick(given)));
  const surname = (): string => (random() < 0.2 ? invent() : capital(pick(family)));
  const initial = (): string => (random() < 0.2 ? ` ${pick('ABCDEFGHJKLMPRST'.split(''))}${pick(['.', '.', ''])}` : '');
  const slots: Record<string, () => string> = {
    P: () => `${givenName()}${initial()} ${surname()}`,
    F: givenName,
    L: surname,
    G: () => (random() < 0.3 ? capital(pick(places)) : pick(placeStarts) + pick(placeEnds)),
    O: () => pick(organisations),
  };
  return sentences.flatMap((sentence, template) =>
    Array.from({ length: copies }, (_, copy) =>
      fill(sentence, slots, `invented-${template}`, `${template}-${copy}`, random() < 0.07),
    ),
  );
}

function fill(
  sentence: string,
  slots: Record<string, () => string>,
  template: string,
  id: string,
  lowerCase: boolean,
): LabelledText {
  let text = '';
  const spans: LabelledText['spans'] = [];
  for (const part of sentence.split(/(\{[PFLGO]\})/u)) {
    const slot = /^\{([PFLGO])\}$/u.exec(part)?.[1];
    const value = slot === undefined ? part : (slots[slot]?.() ?? '');
    if (slot !== undefined && 'PFL'.includes(slot))
      spans.push({ start: text.length, end: text.length + value.length, type: 'PERSON' });
    text += value;
  }
  return { id, template, text: lowerCase ? text.toLowerCase() : text, spans };
}

/** Mulberry32, a small seeded generator of numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
