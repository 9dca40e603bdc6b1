/** Luhn check of a string of decimal digits (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** MOD 11-2 check of an 18-character Chinese citizen number (GB 11643-1999, ISO 7064). */
export function passesMod11(id: string): boolean {
  let sum = 0;
  for (const [i, weight] of idWeights.entries()) sum += weight * (id.charCodeAt(i) - 48);
  return '10X98765432'.charAt(sum % 11) === id.charAt(17).toUpperCase();
}

/** MOD 97-10 check of an IBAN without spaces (ISO 13616, ISO 7064). */
export function passesMod97(iban: string): boolean {
  let remainder = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Check digit of a ten-digit NHS number (NHS Data Dictionary, modulus 11). */
export function passesNhs(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 9; i += 1) sum += (10 - i) * (digits.charCodeAt(i) - 48);
  return (11 - (sum % 11)) % 11 === digits.charCodeAt(9) - 48;
}
