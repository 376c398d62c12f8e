import { chainStart, KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { chain, emptyHead, findBreak, type UnchainedLine } from './chain.js';
import { exportLines, verifyExport } from './export.js';

const node = nodeCode('371102001000');
const other = nodeCode('371102002000');
const secrets = [node, other].map((one) => makeSecret(one, 1));
const keystore = new Keystore(secrets);
const directory = new KeyDirectory(secrets.map(publicPart));
const now = Date.parse('2026-11-22T01:00:00Z');

const text = fc.option(fc.string({ maxLength: 12 }));
const unchained: fc.Arbitrary<UnchainedLine> = fc.record({
  ...{
    node: fc.constant<string>(node),
    at: fc.integer({ min: now, max: now + 1e9 }),
    operation: fc.string({ maxLength: 9 }),
  },
  ...{
    subject: text,
    role: text,
    division: text,
    record: text,
    status: fc.integer({ min: 200, max: 503 }),
    code: text,
  },
  ...{ address: fc.constantFrom('192.0.2.1', '2001:db8::1'), traceId: fc.string({ maxLength: 5 }) },
});
const log = fc.array(unchained, { minLength: 1, maxLength: 12 }).map((lines) => chain(emptyHead, lines).lines);

describe('an exported audit log', () => {
  it('begins where the journal’s chains begin', () => expect(emptyHead).toEqual({ seq: 0, hash: chainStart }));

  it('holds, whole or in parts', () => {
    fc.assert(
      fc.property(log, fc.nat(), (lines, cut) => {
        const part = lines.slice(cut % lines.length);
        const verdict = verifyExport(exportLines(part, node, keystore, now), directory);
        expect(verdict).toEqual({ ok: true, node, first: part[0]!.seq, last: lines.length });
      }),
    );
  });

  it('does not hold once any field of any line is another, a line is gone, or two change places', () => {
    fc.assert(
      fc.property(log, fc.nat(), fc.nat(), fc.constantFrom('change', 'drop', 'swap'), (lines, at, which, how) => {
        const rows = exportLines(lines, node, keystore, now).trimEnd().split('\n');
        const index = at % lines.length;
        if (how === 'drop') rows.splice(index, 1);
        else if (how === 'swap') {
          fc.pre(lines.length > 1);
          const next = (index + 1) % lines.length;
          [rows[index], rows[next]] = [rows[next]!, rows[index]!];
        } else {
          const line = JSON.parse(rows[index]!) as Record<string, unknown>;
          const name = Object.keys(line)[which % Object.keys(line).length]!;
          line[name] = typeof line[name] === 'number' ? Number(line[name]) + 1 : `${String(line[name] ?? '')}0`;
          rows[index] = JSON.stringify(line);
        }
        expect(verifyExport(rows.join('\n'), directory).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['without its last line', (rows: string[]) => rows.slice(0, -1), 'the last line is no signed statement'],
    ['that is no JSON', (rows: string[]) => ['{', ...rows], 'row 1 is no line'],
    [
      'stated by another node',
      (rows: string[]) => {
        const stated = JSON.parse(rows.at(-1)!) as object;
        return [...rows.slice(0, -1), JSON.stringify({ ...stated, node: other })];
      },
      `the statement is not ${other}'s`,
    ],
  ])('%s is refused', (_what, spoil, fault) => {
    const lines = chain(emptyHead, fc.sample(unchained, { numRuns: 3, seed: 1 })).lines;
    const rows = exportLines(lines, node, keystore, now).trimEnd().split('\n');
    const verdict = verifyExport(spoil(rows).join('\n'), directory);
    expect(verdict).toEqual({ ok: false, fault: expect.stringContaining(fault) as string });
  });

  it('finds where a chain breaks', () => {
    const { lines } = chain(emptyHead, fc.sample(unchained, { numRuns: 4, seed: 2 }));
    expect(findBreak(lines, emptyHead)).toBeUndefined();
    expect(findBreak([lines[0]!, lines[2]!], emptyHead)).toBe('line 3 follows line 1');
    expect(findBreak(lines.map((line) => (line.seq === 2 ? { ...line, status: 599 } : line)))).toBe(
      'line 2 was changed',
    );
  });
});
