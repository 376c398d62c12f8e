import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import jestConfig from '../../jest.config.mjs';
import { parseOptions } from '../bootstrap/test.mjs';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');

/** Rows of the tables, without headings and rules: threat, control, tests. */
const rows = text
  .split('\n')
  .filter((line) => /^\| (?!Threat|-)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const proofOf = (cell: string): { readonly file: string; readonly title: string }[] =>
  [...cell.matchAll(/`([^`]+)`: “([^”]+)”/g)].map(([, file, title]) => ({ file: file!, title: title! }));

describe('the threat model', () => {
  it('has threats, each with a control and a test', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const [threat, control, tests, ...more] of rows) {
      expect({ threat, more }).toEqual({ threat, more: [] });
      expect({ threat, hasControl: control !== undefined && control.length > 10 }).toEqual({
        threat,
        hasControl: true,
      });
      expect({ threat, proofs: proofOf(tests ?? '').length > 0 }).toEqual({ threat, proofs: true });
      // Nothing beside the proofs: a test that is promised is no test.
      expect({ threat, rest: (tests ?? '').replace(/`[^`]+`: “[^”]+”/g, '').replace(/[;\s]/g, '') }).toEqual({
        threat,
        rest: '',
      });
    }
  });

  it('names tests that exist, by their titles', () => {
    const missing = rows
      .flatMap(([, , tests]) => proofOf(tests ?? ''))
      .filter(({ file, title }) => {
        const path = join(root, file);
        if (!existsSync(path)) return true;
        const source = readFileSync(path, 'utf8');
        return !new RegExp(`\\b(it|test)(\\.each\\([^]*?\\))?\\(\\s*(['"\`])${escaped(title)}\\3`).test(source);
      })
      .map(({ file, title }) => `${file}: ${title}`);
    expect(missing).toEqual([]);
  });

  it('names only tests that a check runs', () => {
    const { chosen, keycloak } = parseOptions(['--all']);
    const levels: readonly string[] = keycloak ? [...chosen, 'keycloak'] : chosen;
    const run = jestConfig.projects
      .filter(({ displayName }) => levels.includes(displayName))
      .flatMap(({ testMatch }) => testMatch.map(patternOf));
    expect(run.length).toBeGreaterThanOrEqual(levels.length);
    const files = new Set(rows.flatMap(([, , tests]) => proofOf(tests ?? '').map(({ file }) => file)));
    expect([...files].filter((file) => !run.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(run.some((pattern) => pattern.test('docs/threat-model.spec.ts'))).toBe(false);
  });

  it('names no test that is left out', () => {
    const files = new Set(rows.flatMap(([, , tests]) => proofOf(tests ?? '').map(({ file }) => file)));
    const leftOut = [...files].filter((file) =>
      /\b(it|test|describe)\.(skip|todo|only)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(files.size).toBeGreaterThan(20);
    expect(leftOut).toEqual([]);
  });
});

const escaped = (title: string): string => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A pattern of Jest's configuration, as far as they are used there: `{a,b}`, `**` and `*`. */
const patternOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace('<rootDir>/', '')
      .replaceAll('.', '\\.')
      .replaceAll(/\{([^}]+)\}/g, (_whole, names: string) => `(${names.replaceAll(',', '|')})`)
      .replaceAll('**/', '§')
      .replaceAll('*', '[^/]*')
      .replaceAll('§', '(?:.*/)?')}$`,
  );
