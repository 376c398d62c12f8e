const digitsWithX = '0123456789X';
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** ISO/IEC 7064 MOD 11-2 (as in GB 11643): the check character 0–9 or X of a string of digits. */
export function mod11Radix2(digits: string): string {
  let product = 0;
  for (const digit of digits) product = ((product + digitsWithX.indexOf(digit)) * 2) % 11;
  return digitsWithX[(12 - product) % 11]!;
}

/** ISO/IEC 7064 MOD 37,36: the check character 0–9 or A–Z of a string of digits and capital letters. */
export function mod37Hybrid36(text: string): string {
  let product = 36;
  for (const character of text) {
    const sum = (product + alphanumeric.indexOf(character)) % 36;
    product = ((sum === 0 ? 36 : sum) * 2) % 37;
  }
  return alphanumeric[(37 - product) % 36]!;
}
