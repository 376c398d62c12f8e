import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { librariesBelow } from './chromium.mjs';
import { cyclesOf, resolveImport } from './cycles.mjs';
import { hydrateLinks, matchesLock } from './install.mjs';
import { archiveOf, mirrorUris } from './debian.mjs';
import { compareVersions, resolveNatsServer } from './nats.mjs';
import { run } from './project.mjs';
import { projectAt } from './projects.mjs';
import { countLine, countsOf, noTests, sum } from './report.mjs';
import { parseOptions as startOptions } from './start.mjs';
import { parseOptions as testOptions } from './test.mjs';

describe('packages', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    },
  };
  it.each([
    ['all of it', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } }, true],
    ['without what is for another platform', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['one missing', {}, false],
    ['one too many', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': { version: '1.0.0' } }, false],
  ])('match the lock: %s', (_, packages, expected) => {
    expect(matchesLock(lock, { packages })).toBe(expected);
  });

  it('get the links that npm did not make, once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongban-links-'));
    mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
    writeFileSync(join(folder, 'native/lib/libx.so.1.2'), 'x');
    const links = ['libx.so.1', 'libx.so'].map((name) => ({
      source: 'native/lib/libx.so.1.2',
      target: `native/lib/${name}`,
    }));
    writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    expect([hydrateLinks(folder), hydrateLinks(folder)]).toEqual([2, 0]);
    expect(readlinkSync(join(folder, 'native/lib/libx.so'))).toBe('libx.so.1.2');
    writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([{ source: 'a', target: '../outside' }]));
    expect(() => hydrateLinks(folder)).toThrow('leads out of its package');
    rmSync(folder, { recursive: true });
  });
});

describe('the Debian mirror of a machine', () => {
  it('is read from both kinds of source list', () => {
    const deb822 =
      'Types: deb\n# http://snapshot.example/x\nURIs: http://deb.example/debian-security http://deb.example/debian\nSuites: stable\n';
    const lines =
      '# deb http://no.example/debian x main\ndeb [arch=amd64 signed-by=/k] https://one.example/debian/ stable main\ndeb cdrom:[x]/ stable main\n';
    expect(archiveOf(mirrorUris(deb822))).toBe('http://deb.example/debian');
    expect(archiveOf(mirrorUris(lines))).toBe('https://one.example/debian/');
    expect(mirrorUris(lines)).toHaveLength(1);
    expect(archiveOf(mirrorUris('URIs: http://archive.example/ubuntu\n'))).toBeUndefined();
  });
});

describe('nats-server', () => {
  it('versions have an order', () => {
    const part = fc.nat({ max: 50 });
    const version = fc.tuple(part, part, part);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const difference = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
        expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(Math.sign(difference));
      }),
    );
    expect(compareVersions('2.15.0-RC.1', '2.15.0')).toBe(0);
  });

  it('refuses an unknown way and a binary that is none, saying what to do', async () => {
    await expect(resolveNatsServer({ way: 'wish' })).rejects.toThrow('env, path, cache, debian, go');
    const folder = mkdtempSync(join(tmpdir(), 'tongban-nats-'));
    symlinkSync('/bin/true', join(folder, 'nats-server'));
    await expect(resolveNatsServer({ way: 'cache', directory: folder })).rejects.toThrow(
      /TONGBAN_NATS_SERVER[^]*does not run/,
    );
    rmSync(folder, { recursive: true });
  });
});

describe('options', () => {
  it('are handed on to tongbanctl', () => {
    expect(startOptions(['--once', '--json']).handedOn).toEqual(['--once', '--json', '--city', '371100000000']);
    expect(startOptions(['--city', '330100000000'])).toMatchObject({ city: '330100000000', help: false });
  });

  it.each([[['--city', '370000000000']], [['--city', '371102000000']], [['--what']], [['extra']]])(
    'are refused: %j',
    (args) => {
      expect(() => startOptions(args)).toThrow(/usage|--city wants/);
    },
  );

  it('choose the levels of tests', () => {
    expect(testOptions([]).chosen).toEqual(['unit', 'integration', 'e2e']);
    expect(testOptions(['--level', 'unit', 'libs/kernel'])).toEqual({
      ...{ chosen: ['unit'], keycloak: false, paths: ['libs/kernel'] },
    });
    expect(testOptions([]).chosen).not.toContain('browser');
    expect(testOptions(['--all'])).toMatchObject({ chosen: [...testOptions([]).chosen, 'browser'], keycloak: true });
    expect(() => testOptions(['--level', 'toString'])).toThrow('no level toString');
  });
});

describe('counts', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    numPendingTests: 2,
    numTodoTests: 1,
  };
  it('hold files that did not load and tests that were skipped', () => {
    expect(countLine(sum(countsOf(report), noTests))).toBe('3 passed, 2 failed, 3 skipped');
    expect(countLine({ ...noTests, passed: 7 })).toBe('7 passed, 0 failed');
  });
});

describe('libraries of an unpacked browser', () => {
  it('are those of the system folders, and private ones a step below', () => {
    const folder = mkdtempSync(join(tmpdir(), 'browser-'));
    const triplet = join(folder, 'usr', 'lib', 'x86_64-linux-gnu');
    for (const name of ['pulseaudio', 'gconv', 'empty']) mkdirSync(join(triplet, name), { recursive: true });
    writeFileSync(join(triplet, 'pulseaudio', 'libpulsecommon-16.1.so'), '');
    writeFileSync(join(triplet, 'gconv', 'gconv-modules'), '');
    try {
      expect(librariesBelow(folder)).toEqual([triplet, join(triplet, 'pulseaudio')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('import cycles', () => {
  const graphOf = (edges: Record<string, string[]>) =>
    new Map(Object.entries(edges).map(([node, next]) => [node, new Set(next)]));

  it('are found, each once', () => {
    const graph = graphOf({ a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: [], f: ['f'] });
    expect(cyclesOf(graph).map((cycle) => [...cycle].sort())).toEqual([['a', 'b', 'c'], ['f']]);
  });

  it('are not in a graph whose edges all go up, and are when one goes back', () => {
    const edges = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 })), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const graph = new Map<number, Set<number>>();
        for (let node = 0; node <= 30; node++) graph.set(node, new Set());
        for (const [a, b] of pairs) if (a !== b) graph.get(Math.min(a, b))!.add(Math.max(a, b));
        expect(cyclesOf(graph)).toEqual([]);
        const [low, next] = [...graph].find(([, targets]) => targets.size > 0) ?? [];
        if (low === undefined || next === undefined) return;
        graph.get([...next][0]!)!.add(low);
        expect(cyclesOf(graph).flat()).toContain(low);
      }),
    );
  });

  it('know what an import means', () => {
    const exists = (path: string) => path === '/r/libs/a/src/x.ts';
    expect(resolveImport('/r/libs/a/src/y.ts', './x.js', '/r', exists)).toBe('/r/libs/a/src/x.ts');
    expect(resolveImport('/r/libs/a/src/y.ts', '@tongban/domain/casework', '/r', exists)).toBe(
      '/r/libs/domain/casework/src/index.ts',
    );
    expect(resolveImport('/r/libs/a/src/y.ts', 'pg', '/r', exists)).toBeUndefined();
  });
});

describe('projects', () => {
  it('have their layer from where they lie', () => {
    const of = (folder: string) => projectAt(folder)?.tags;
    expect(of('libs/federation/nest')).toEqual(['layer:federation-nest']);
    expect(of('libs/domain/casework')).toEqual(['layer:domain']);
    expect(of('libs/unheard-of')).toBeUndefined();
  });
});

describe('programs', () => {
  it('end when their time is over, and a missing one is a status', async () => {
    expect(await run('/bin/sleep', ['30'], { timeoutMs: 50 })).toMatchObject({ timedOut: true, status: 1 });
    expect(await run('/no/such/program', [])).toMatchObject({ status: 127 });
  });

  it('get a signal once, however often it comes, and their status is ours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongban-forward-'));
    const ready = join(folder, 'ready');
    const child = `let n = 0; process.on('SIGINT', () => { if (++n === 1) setTimeout(() => process.exit(40 + n), 300); });
      require('fs').writeFileSync(${JSON.stringify(ready)}, ''); setTimeout(() => {}, 20000);`;
    const launcher = `import { runForwarding } from ${JSON.stringify(join(import.meta.dirname, 'start.mjs'))};
      process.exitCode = await runForwarding(process.execPath, ['-e', ${JSON.stringify(child)}], {});`;
    writeFileSync(join(folder, 'launcher.mjs'), launcher);
    const launched = spawn(process.execPath, [join(folder, 'launcher.mjs')], { stdio: 'inherit' });
    const ended = once(launched, 'exit');
    for (let polls = 0; polls < 200 && !existsSync(ready); polls++) await new Promise((next) => setTimeout(next, 20));
    launched.kill('SIGINT');
    await new Promise((next) => setTimeout(next, 100));
    launched.kill('SIGINT');
    expect((await ended)[0]).toBe(41);
    rmSync(folder, { recursive: true });
  });
});
