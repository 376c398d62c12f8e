import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { divisionsOf } from '../gen/divisions.mjs';
import { javaMajor } from './programs.mjs';
import { groupPathOf, groupsOf, realmFile, realmOf } from './realm.mjs';

const runMaxMs = 30_000;
const city = '371100000000';

interface Ended {
  readonly status: number;
  readonly said: string;
}

/** Runs `fetch.mjs` as on a machine with these variables only. */
const fetchWith = (env: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    const script = join(import.meta.dirname, 'fetch.mjs');
    const child = execFile(process.execPath, [script], { env, timeout: runMaxMs }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? 128, said: `${stdout}${stderr}` }),
    );
  });

describe('a machine that cannot run Keycloak', () => {
  it('is told in one sentence what is missing, with status 3', async () => {
    const without = await fetchWith({ PATH: '/nowhere' });
    expect(without.status).toBe(3);
    expect(without.said).toMatch(/^tongban: Keycloak needs Java 17 .* there is no java on PATH: install one .*\n$/);
    const wrongHome = await fetchWith({ PATH: process.env['PATH'] ?? '', JAVA_HOME: '/nowhere' });
    expect(wrongHome.status).toBe(3);
    expect(wrongHome.said).toContain('JAVA_HOME (/nowhere) has no bin/java');
  });
});

describe('the version of Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['command not found', undefined],
  ])('of %s is %s', (text, major) => expect(javaMajor(text)).toBe(major));
});

describe('groups of divisions', () => {
  it('are all divisions of a city, each below its parent', async () => {
    const cut = await divisionsOf(city);
    const groups = groupsOf(cut);
    expect(groups.map(({ name }: { name: string }) => name)).toEqual(['371100000000 日照市']);
    fc.assert(
      fc.property(fc.constantFrom(...cut.divisions), ({ code, parent, name }) => {
        const path = groupPathOf(groups, code);
        expect(path?.endsWith(`/${code} ${name}`)).toBe(true);
        if (code !== city) expect(path?.startsWith(`${groupPathOf(groups, parent)}/`)).toBe(true);
      }),
    );
    expect(groupPathOf(groups, '371199000000')).toBeUndefined();
  });

  it('name a division whose parent is missing', () => {
    const orphan = { code: '371102001000', name: '日照街道', parent: '371102000000' };
    expect(() => groupsOf({ city, divisions: [orphan] })).toThrow(/371102001000 lies in 371102000000/);
  });

  it('of the realm file are a part of those of its city, and nothing else of the file changes', async () => {
    const realm = JSON.parse(await readFile(realmFile, 'utf8'));
    const whole = realmOf(realm, await divisionsOf(city));
    for (const division of ['371100000000', '371102000000', '371102001000', '371102001001']) {
      expect(groupPathOf(realm.groups, division)).toBe(groupPathOf(whole.groups, division));
    }
    expect({ ...whole, groups: realm.groups }).toEqual(realm);
  });
});
