import { detectPersonEn } from '../../../../../domain/privacy/detectors/person-en.ts';

const found = (text: string): string[] => detectPersonEn(text).map(({ start, end }) => text.slice(start, end));

describe('English names', () => {
  it.each([
    ['Dr Osei said so.', ['Dr Osei']],
    ['Dr. Anna Osei will see you now.', ['Anna Osei']],
    ['I spoke with R. K. Chatterjee about it.', ['R. K. Chatterjee']],
    ['Letter for Wilhelmina van der Kooij', ['Wilhelmina van der Kooij']],
    ['hi, this is tom baker, my parcel is late', ['tom baker']],
    ['Maciej Borkowski directed it, and Borkowski starred.', ['Maciej Borkowski', 'Borkowski']],
    ['Hi @Freja can you look?', ['Freja']],
    ['Priya, can you send me the slides?', ['Priya']],
    ['MRS ABIMBOLA OKONKWO, 54F', ['ABIMBOLA OKONKWO']],
  ])('are found in %j', (text, names) => {
    expect(found(text)).toEqual(names);
  });

  it.each([
    'Flights from Charlotte to Austin are delayed.',
    'Einstein is quoted in the annual report of Morgan Stanley.',
    'Will you mark this as urgent? Hope you are well.',
    'Frida Kahlo and Van Gogh hang in the hall.',
    'Known Parkinson disease, now with a Crohn flare.',
    'Click Settings, then Account, then Billing.',
    'ERROR Connection refused by 10.0.0.7',
    'const user = await getUser(id);',
    'Ben & Jerry’s is sold out at Sainsbury’s.',
    'see mail.freja_dev@example.org or @freja_dev7',
    '单雄念shàn，不念dān，叫号注意。',
    '复姓尉迟（yù chí），请核对。',
  ])('are not seen in %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('is believed in more where a title or a role stands before it', () => {
    expect(detectPersonEn('Mr Adeyemi called.')).toMatchObject([{ evidence: 'cued' }]);
    expect(detectPersonEn('Svetlana Kovac called.')).toMatchObject([{ evidence: 'pattern' }]);
  });

  it('looks into a run of capitalised words of any length', () => {
    expect(() => found('Aa '.repeat(1000))).not.toThrow();
  });
});
