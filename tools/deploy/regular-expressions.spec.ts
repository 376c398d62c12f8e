import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import ts from 'typescript';

// No text that somebody sends may hold up a host: every expression that a host holds a text against gets long texts that begin
// like a fitting one, go on with a piece of it, and end in a way that does not fit.

const root = join(import.meta.dirname, '..', '..');
const attackLength = 50_000;
/** For all attacks on one expression. Who looks at each character once needs some 20 ms, who goes back needs 1 s for one. */
const budgetMs = 1_000;
const samplesPerExpression = 3;
const placesPerSample = 12;
const longestPiece = 4;
const longestBeginning = 24;
const seed = 20_261_122;
/** For what no fitting text can be made. */
const usualPieces = [
  ' ',
  '\n',
  '\t',
  'a',
  'A',
  '0',
  '-',
  '_',
  '.',
  ',',
  '/',
  ':',
  '<',
  '<a ',
  '"',
  '(',
  '\u4e00',
  'a-',
  '0.',
];

interface Expression {
  readonly source: string;
  readonly flags: string;
}

/** What is held against nothing that comes from outside, by the expression's source. */
const ownTextsOnly: Readonly<Record<string, string>> = {
  '\\/+$': 'addresses of the configuration',
  '\\B(?=(\\d{3})+$)': 'amounts that the host has written',
  '\\B(?=(\\d{3})+(?!\\d))': 'figures that the host has counted',
};

function patternsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'pattern' && typeof part === 'string' ? [part] : patternsIn(part),
  );
}

const folder = join(root, 'docs', 'openapi');
const described: Expression[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => patternsIn(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
  .map((source) => ({ source, flags: 'u' }));

/** What runs at an operator's, in a browser, or in tests only. */
const elsewhere =
  /\.(?:spec|integration|fixture|d)\.ts$|^(?:apps\/(?:console|tongbanctl)|libs\/(?:console|testkit))\/|\/(?:gen|test)\//;

function expressionsOf(file: string): Expression[] {
  const found: Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest));
  return found;
}

const written: Expression[] = ['apps', 'libs']
  .flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${top}/${name.replaceAll('\\', '/')}`,
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.includes('node_modules/') && !elsewhere.test(file))
  .flatMap(expressionsOf);

/** A few texts that fit; none where the expression is beyond the generator. */
function fitting({ source, flags }: Expression): string[] {
  try {
    const arbitrary = fc.stringMatching(new RegExp(source, flags.replaceAll(/[^msu]/g, '')));
    return fc.sample(arbitrary, { numRuns: samplesPerExpression, seed });
  } catch {
    return [];
  }
}

const repeated = (piece: string): string => piece.repeat(Math.ceil(attackLength / piece.length));

function attacksOn(expression: Expression): string[] {
  const attacks = usualPieces.map((piece) => `${repeated(piece)}\u0000`);
  for (const text of fitting(expression)) {
    for (let place = 0; place < Math.min(text.length, placesPerSample); place++) {
      for (let length = 1; length <= Math.min(longestPiece, text.length - place); length++)
        attacks.push(`${text.slice(0, place)}${repeated(text.slice(place, place + length))}\u0000`);
    }
    for (let end = 1; end <= Math.min(text.length, longestBeginning); end++)
      attacks.push(`${repeated(text.slice(0, end))}\u0000`);
  }
  return attacks;
}

/** The same as a use of the expression takes: all of its matches are looked for when it says so. */
function isSlow(expression: Expression): boolean {
  const context = createContext({ ...expression, attacks: attacksOn(expression) });
  try {
    runInContext(
      'const held = new RegExp(source, flags); for (const text of attacks) { held.lastIndex = 0; text.replace(held, ""); }',
      context,
      { timeout: budgetMs },
    );
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return true;
    throw error;
  }
}

const distinct = (expressions: readonly Expression[]): Expression[] => [
  ...new Map(expressions.map((expression) => [`${expression.flags} ${expression.source}`, expression])).values(),
];

describe('a regular expression', () => {
  it.each(['^(a+)+$', '\\s+$', '<tag [^>]*>', '^(\\d+\\s?)*x$', '(?:\\w+\\.)+z'])(
    'is known to be slow: %s',
    (source) => {
      expect(isSlow({ source, flags: 'u' })).toBe(true);
    },
  );

  it('of a route’s description takes any text in bounded time', () => {
    const expressions = distinct(described);
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.filter(isSlow)).toEqual([]);
  });

  it('of a host’s own code takes any text in bounded time', () => {
    const expressions = distinct(written);
    expect(expressions.length).toBeGreaterThan(100);
    expect(expressions.filter((one) => ownTextsOnly[one.source] === undefined && isSlow(one))).toEqual([]);
    const unused = Object.keys(ownTextsOnly).filter((source) => !expressions.some((one) => one.source === source));
    expect(unused).toEqual([]);
  });
});
