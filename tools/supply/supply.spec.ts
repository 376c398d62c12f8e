import { verdictOf } from './audit.mjs';
import { licenceProblems, mayUse } from './licences.mjs';

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT AND Zlib)', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-only', false],
    ['(MIT AND GPL-3.0-only)', false],
    ['SSPL-1.0', false],
    ['none named', false],
  ])('%s may be used: %s', (licence, expected) => expect(mayUse(licence)).toBe(expected));

  it('of development are nobody else’s business, of production they are', () => {
    const packages = {
      '': {},
      'node_modules/a': { license: 'AGPL-3.0' },
      'node_modules/b': { license: 'AGPL-3.0', dev: true },
      'node_modules/c': { license: 'MIT' },
      'node_modules/d': {},
      'node_modules/e': {},
    };
    expect(licenceProblems({ packages }, { 'node_modules/e': 'MIT' })).toEqual([
      { path: 'node_modules/a', licence: 'AGPL-3.0' },
      { path: 'node_modules/d', licence: 'none named' },
    ]);
  });
});

describe('an audit', () => {
  const finding = (name: string, severity: string) => ({ [name]: { name, severity, range: '<1.2.0' } });

  it('fails for what is high or critical', () => {
    const vulnerabilities = { ...finding('a', 'moderate'), ...finding('b', 'high'), ...finding('c', 'critical') };
    const { asked, findings } = verdictOf(JSON.stringify({ vulnerabilities }));
    expect({ asked, findings }).toEqual({ asked: true, findings: ['b <1.2.0: high', 'c <1.2.0: critical'] });
  });

  it.each([
    ['{"error":{"summary":"405"}}', '405'],
    ['{}', 'no report'],
    ['<html>', 'the answer was no JSON'],
  ])('that was not answered says so: %s', (text, reason) =>
    expect(verdictOf(text)).toEqual({ asked: false, reason, findings: [] }),
  );
});
