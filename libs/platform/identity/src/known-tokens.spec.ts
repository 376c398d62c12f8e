import { generateKeyPairSync } from 'node:crypto';
import { KnownTokens, knownTokenLimits, type KnownToken } from './known-tokens.js';

const { publicKey: key } = generateKeyPairSync('ed25519');
const known = (subject: string, from = 0, until = 1_000): KnownToken => ({
  ...{ kid: 'k1', key, from, until },
  person: { subject, roles: [], authenticatedAt: 0 },
});

test('a token is known from its first instant to before its end, and is then forgotten', () => {
  const tokens = new KnownTokens();
  tokens.keep('a.b.c', known('one', 100, 200));
  expect(tokens.find('a.b.c', 100)?.person.subject).toBe('one');
  expect(tokens.find('a.b.c', 199)?.person.subject).toBe('one');
  expect(tokens.find('a.b.d', 150)).toBeUndefined();
  expect(tokens.find('a.b.c', 200)).toBeUndefined();
  expect(tokens.find('a.b.c', 150)).toBeUndefined();
});

test('a clock that was set back before a token holds does not take it', () => {
  const tokens = new KnownTokens();
  tokens.keep('a.b.c', known('one', 100, 200));
  expect(tokens.find('a.b.c', 99)).toBeUndefined();
});

test('not more than the bound are kept, the newest of all', () => {
  const tokens = new KnownTokens();
  const { maxTokens } = knownTokenLimits;
  for (let each = 0; each <= maxTokens; each++) tokens.keep(String(each), known(String(each)));
  expect(tokens.find('0', 0)).toBeUndefined();
  expect(tokens.find('1', 0)).toBeDefined();
  expect(tokens.find(String(maxTokens), 0)).toBeDefined();
});

test('a token that is kept again does not push out another', () => {
  const tokens = new KnownTokens();
  for (let each = 0; each < knownTokenLimits.maxTokens; each++) tokens.keep(String(each), known(String(each)));
  tokens.keep('5', known('again'));
  expect(tokens.find('0', 0)).toBeDefined();
  expect(tokens.find('5', 0)?.person.subject).toBe('again');
});
