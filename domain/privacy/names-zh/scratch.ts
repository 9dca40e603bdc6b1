/** Longest text, in units, whose arrays are kept for the next one. */
const kept = 4096;
/** Values that one unit of a text needs at most in one array. */
const perUnit = 4;

/**
 * Arrays that serve one text after another, so that short texts cost no allocation: what is read of a text lasts until
 * the next text is read.
 */
export function scratch<Values extends Float64Array | Uint16Array | Uint8Array>(
  make: (size: number) => Values,
): (size: number, value?: number) => Values {
  const shared = make((kept + 1) * perUnit);
  return (size, value = 0) => {
    const values = size > shared.length ? make(size) : shared;
    values.fill(value, 0, size);
    return values;
  };
}
