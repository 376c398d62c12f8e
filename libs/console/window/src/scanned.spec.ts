import { numberIn } from './scanned.js';

const number = '37110200100020261122000017';
const withLetter = '3711020010002026112200001X';

it('reads what a scanner types', () => {
  expect(numberIn(`${number}\r`)).toBe(number);
  expect(numberIn(`http://10.1.2.3:18104/v1/progress/${number}/page`)).toBe(number);
  expect(numberIn(`https://tb.example.cn/v1/progress/${withLetter}/page?code=123456`)).toBe(withLetter);
  expect(numberIn(` 371102001000 20261122 00001 x `)).toBe(withLetter);
});

it('takes nothing else for a case', () => {
  expect(numberIn('')).toBeUndefined();
  expect(numberIn('YY3711020010002')).toBeUndefined();
  expect(numberIn('371102198001011239')).toBeUndefined();
  expect(numberIn(`1${number}`)).toBeUndefined();
  expect(numberIn('%E4%BD%A0%')).toBeUndefined();
});
