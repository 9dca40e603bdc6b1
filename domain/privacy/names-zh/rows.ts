// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { imul } = Math;

/** Everything that is said about one possible name: rows of the model, of which the first `count` are filled. */
export interface Notes {
  rows: Int32Array;
  count: number;
}

/** Room for more than is ever said about one candidate. */
export const createNotes = (): Notes => ({ rows: new Int32Array(128), count: 0 });

export function note(notes: Notes, row: number): void {
  notes.rows[notes.count] = row;
  notes.count += 1;
}

/** Rows below this one are for things with a number of their own, which `numbers` hands out. */
export const ownRows = 2048;
/** From there on hashes follow: of the tens of thousands of things that the model knows, hardly two share one of four million. */
export const hashes = 1 << 22;

/** Numbers the values 0 … size-1 of each property, one after another. */
export function numbers<Name extends string>(
  from: number,
  sizes: Readonly<Record<Name, number>>,
): Record<Name, number> {
  let next = from;
  const first = {} as Record<Name, number>;
  for (const [name, size] of Object.entries<number>(sizes)) {
    first[name as Name] = next;
    next += size;
  }
  if (next > ownRows) throw new Error('more properties than numbers');
  return first;
}

/** Row of up to three values of one group of properties. */
export function hash(group: number, a: number, b = 0, c = 0): number {
  let h = imul(group + 1, 0x9e37_79b1) ^ imul(a + 1, 0x85eb_ca6b);
  h = imul(h ^ (h >>> 15), 0xc2b2_ae35) ^ imul(b + 1, 0x27d4_eb2f);
  h = imul(h ^ (h >>> 13), 0x1656_67b1) ^ imul(c + 1, 0x9e37_79b1);
  h = imul(h ^ (h >>> 16), 0x85eb_ca6b);
  return ownRows + (h >>> 10);
}

/** The `size` characters at `at` as one number. */
export function wordHash(text: string, at: number, size: number): number {
  let id = size;
  for (let i = at; i < at + size; i += 1) id = imul(id, 0x0100_0193) ^ text.charCodeAt(i);
  return id;
}
