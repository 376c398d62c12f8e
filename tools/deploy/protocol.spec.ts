import { spawnSync } from 'node:child_process';
import { chainStart, framed, hashEntry, type UnhashedEntry } from '@tongban/journal';
import { textOf } from './files.fixture.js';

const timeoutMs = 10_000;
const page = textOf('docs', 'protocol', 'journal.md');

function blockOf(language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/protocol/journal.md has no ${language} block`);
  return block;
}

type Vector = Omit<UnhashedEntry, 'prevHash'> & { readonly hash: string };
const vector = JSON.parse(blockOf('json')) as readonly Vector[];

/** Runs the page's program; undefined where there is no Python with SM3. */
const hasSm3 = spawnSync('python3', ['-c', 'import hashlib; hashlib.new("sm3")'], { timeout: timeoutMs }).status === 0;
/** A machine without a Python that knows SM3 says "skipped" instead of passing silently. */
const itWithPython = hasSm3 ? it : it.skip;

const python = (input: string) =>
  spawnSync('python3', ['-c', blockOf('python')], { input, encoding: 'utf8', timeout: timeoutMs });

describe('docs/protocol/journal.md', () => {
  it('shows the hashes that our own code makes', () => {
    let prevHash = chainStart;
    for (const { hash, ...entry } of vector) {
      prevHash = hashEntry({ ...entry, prevHash });
      expect(Buffer.from(prevHash).toString('hex')).toBe(hash);
    }
    expect(vector).toHaveLength(2);
  });

  it('shows the framing that our own code makes', () => {
    const shown = /`ab` and 7 give `([0-9a-f ]+)`/.exec(page)?.[1]?.replaceAll(' ', '');
    expect(framed(['ab', 7]).toString('hex')).toBe(shown);
  });

  itWithPython('has a program that accepts the vector and refuses a changed one', () => {
    const accepted = python(JSON.stringify(vector));
    expect(accepted.stdout).toContain(vector.at(-1)!.hash);
    const changed = vector.map((entry) => ({ ...entry, facts: entry.facts.replace('1', '2') }));
    expect(python(JSON.stringify(changed))).toMatchObject({ status: 1 });
  });
});
