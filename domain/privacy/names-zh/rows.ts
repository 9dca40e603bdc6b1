// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { imul } = Math;

/** Everything that is said about one possible name: the first `count` numbers of `rows`, and `hashCount` of `hashes`. */
export interface Notes {
  rows: Int32Array;
  count: number;
  hashes: Int32Array;
  hashCount: number;
}

/** Room for more than is ever said about one candidate. */
export const createNotes = (): Notes => ({
  rows: new Int32Array(128),
  count: 0,
  hashes: new Int32Array(64),
  hashCount: 0,
});

export function clear(notes: Notes): void {
  notes.count = 0;
  notes.hashCount = 0;
}

export function note(notes: Notes, row: number): void {
  notes.rows[notes.count] = row;
  notes.count += 1;
}

/** Notes up to three values of one group of properties. */
export function noteHash(notes: Notes, group: number, a: number, b = 0, c = 0): void {
  notes.hashes[notes.hashCount] = hash(group, a, b, c);
  notes.hashCount += 1;
}

/** Things with a number of their own have one below this, which `numbers` hands out. */
export const ownRows = 2048;
/** Other things are told by hashes below this: of the tens of thousands of things that the model knows, hardly two share one of four million. */
export const hashRange = 1 << 22;

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

function hash(group: number, a: number, b: number, c: number): number {
  let h = imul(group + 1, 0x9e37_79b1) ^ imul(a + 1, 0x85eb_ca6b);
  h = imul(h ^ (h >>> 15), 0xc2b2_ae35) ^ imul(b + 1, 0x27d4_eb2f);
  h = imul(h ^ (h >>> 13), 0x1656_67b1) ^ imul(c + 1, 0x9e37_79b1);
  h = imul(h ^ (h >>> 16), 0x85eb_ca6b);
  return h >>> 10;
}

/** The `size` characters at `at` as one number. */
export function wordHash(text: string, at: number, size: number): number {
  let id = size;
  for (let i = at; i < at + size; i += 1) id = imul(id, 0x0100_0193) ^ text.charCodeAt(i);
  return id;
}
