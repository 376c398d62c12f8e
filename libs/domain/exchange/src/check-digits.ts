const identityWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const identityChecks = '10X98765432';

/** GB 11643: eighteen places, the last one by MOD 11-2. */
export function isResidentIdentityNumber(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const sum = identityWeights.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  return identityChecks[sum % 11] === number[17];
}

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditBase = creditAlphabet.length;
const creditFactor = 3;

/** GB 32100: seventeen places of a 31-letter alphabet, weights 3^i, and a check place. */
export function isCreditCode(code: string): boolean {
  if (code.length !== 18) return false;
  let sum = 0;
  let weight = 1;
  for (const letter of code.slice(0, 17)) {
    const value = creditAlphabet.indexOf(letter);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * creditFactor) % creditBase;
  }
  return creditAlphabet[(creditBase - (sum % creditBase)) % creditBase] === code[17];
}
