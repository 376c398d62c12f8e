/** ISO 7064 MOD 11-2 over all eighteen places of a resident identity number (GB 11643): the remainder is 1. */
export function residentNumberHolds(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  let remainder = 0;
  for (const sign of number) remainder = (remainder * 2 + (sign === 'X' ? 10 : Number(sign))) % 11;
  return remainder === 1;
}

const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** GB 32100: the places weighted with 1, 3, 9, 27, … (mod 31) and the check place add up to a multiple of 31. */
export function creditCodeHolds(code: string): boolean {
  if (code.length !== 18) return false;
  const values = [...code].map((sign) => signs.indexOf(sign));
  if (values.includes(-1)) return false;
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
  return values.reduce((sum, value, place) => sum + value * weights[place]!, 0) % signs.length === 0;
}
