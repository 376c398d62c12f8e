import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditNotDone, verdictOf } from './audit.mjs';
import { licenceProblems, mayUse } from './licences.mjs';
import { licenceList, packagesOf, purlOf, sbomOf, sbomProblems } from './sbom.mjs';

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

describe('an audit that could not be done', () => {
  it.each([
    ['{"asked":false,"reason":"405","findings":[]}', 'not reachable for it (405)'],
    ['', 'no report'],
  ])('is told at the end of the run: %s', (text, words) => expect(auditNotDone(text)).toContain(words));
  it('is not, where it was done', () => expect(auditNotDone('{"asked":true,"findings":[]}')).toBeUndefined());
});

describe('the bill of materials', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', name), 'utf8'));
  const lock = read('package-lock.json');
  const now = Date.parse('2026-11-22T00:00:00Z');
  const bill = () => sbomOf(lock, read('package.json'), now);

  it('has every package of the lockfile with its hash, and nothing that nothing needs', () => {
    expect(sbomProblems(bill(), lock)).toEqual([]);
    expect(bill().components.length).toBeGreaterThan(1_000);
  });

  it.each([
    ['a package is missing', (one: ReturnType<typeof bill>) => one.components.splice(7, 1)],
    ['a version is another', (one: ReturnType<typeof bill>) => (one.components[7]!['bom-ref'] += 'x')],
    ['a hash is missing', (one: ReturnType<typeof bill>) => (one.components[7]!.hashes = [])],
    ['what it is needed for is missing', (one: ReturnType<typeof bill>) => (one.dependencies = [])],
  ])('is not complete where %s', (_what, spoil) => {
    const one = bill();
    spoil(one);
    expect(sbomProblems(one, lock).length).toBeGreaterThan(0);
  });

  it('names packages as others do, and tells what only development installs', () => {
    const packages = {
      '': { dependencies: { '@a/b': '1', c: '1' } },
      'node_modules/@a/b': { version: '1.0.0', license: 'MIT', integrity: 'sha512-AAEC', dependencies: { c: '2' } },
      'node_modules/@a/b/node_modules/c': { version: '2.0.0', license: 'BSD', integrity: 'sha512-AAEC' },
      'node_modules/c': { version: '1.0.0', license: '(MIT OR ISC)', integrity: 'sha512-AAEC' },
      'node_modules/d': { version: '3.0.0', dev: true, integrity: 'sha512-AAEC' },
    };
    const { components, dependencies } = sbomOf({ packages }, { name: 'p', version: '1' }, now);
    expect(packagesOf({ packages }).map(purlOf)).toEqual([
      ...['pkg:npm/%40a/b@1.0.0', 'pkg:npm/c@2.0.0', 'pkg:npm/c@1.0.0', 'pkg:npm/d@3.0.0'],
    ]);
    expect(components.map(({ scope, licenses }) => [scope, licenses])).toEqual([
      ['required', [{ license: { id: 'MIT' } }]],
      ['required', [{ license: { name: 'BSD' } }]],
      ['required', [{ expression: '(MIT OR ISC)' }]],
      ['excluded', []],
    ]);
    expect(components[0]!.hashes).toEqual([{ alg: 'SHA-512', content: '000102' }]);
    expect(dependencies[1]!.dependsOn).toEqual(['pkg:npm/c@2.0.0#node_modules/@a/b/node_modules/c']);
    expect(dependencies[0]!.dependsOn[1]).toBe('pkg:npm/c@1.0.0#node_modules/c');
    expect(licenceList({ packages })).toMatchObject({ BSD: ['c@2.0.0'], 'none named': ['d@3.0.0'] });
  });
});
