import { createPseudonyms } from '../../../../domain/privacy/pseudonym.ts';

const key = new Uint8Array(32).fill(7);

describe('pseudonyms', () => {
  it('are the same for the same value in every request of a tenant', () => {
    expect(createPseudonyms(key).placeholderOf('person', '李晓明')).toBe(
      createPseudonyms(key).placeholderOf('person', '李晓明'),
    );
  });

  it('differ between tenants, values and kinds', () => {
    const pseudonyms = createPseudonyms(key);
    const other = createPseudonyms(new Uint8Array(32).fill(8));
    const all = [
      pseudonyms.placeholderOf('person', '李晓明'),
      pseudonyms.placeholderOf('person', '李晓'),
      pseudonyms.placeholderOf('wechat', '李晓明'),
      other.placeholderOf('person', '李晓明'),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it('are the same for one number written in different ways, and restore to the first', () => {
    const pseudonyms = createPseudonyms(key);
    const placeholder = pseudonyms.placeholderOf('phone', '+86-136-5713-8391');
    expect(pseudonyms.placeholderOf('phone', '136 5713 8391')).toBe(placeholder);
    expect(pseudonyms.map).toEqual({ [placeholder]: '+86-136-5713-8391' });
  });

  it('need no escaping in JSON, XML, Markdown, URLs and the name of a message', () => {
    expect(createPseudonyms(key).placeholderOf('id_card', '110101199003074514')).toMatch(/^[A-Z_]+_[a-z]{10}$/u);
  });

  it('stay one to one for 200,000 values, by growing where two would meet', () => {
    const pseudonyms = createPseudonyms(key);
    const seen = new Set<string>();
    for (let i = 0; i < 200_000; i += 1) seen.add(pseudonyms.placeholderOf('person', `p${i}`));
    expect(seen.size).toBe(200_000);
    expect([...seen].some((placeholder) => placeholder.length > 'PERSON_'.length + 10)).toBe(true);
  });
});
