import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..', '..');
const startTimeoutMs = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'preload-'));

interface Report {
  readonly spans: readonly { readonly scope: string; readonly name: string; readonly trace: string }[];
}

/** Bundles as tools/build does: one ES module per entry, packages outside. */
beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    absWorkingDir: root,
    entryPoints: {
      preload: 'libs/platform/telemetry/src/preload.ts',
      app: 'libs/platform/telemetry/test/instrumented-app.ts',
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    tsconfig: 'tsconfig.base.json',
    platform: 'node',
    target: 'node24',
    format: 'esm',
  });
}, startTimeoutMs);
afterAll(() => rmSync(folder, { recursive: true }));

async function start(...nodeArguments: string[]): Promise<Report> {
  const { stdout } = await run(process.execPath, [...nodeArguments, join(folder, 'app.mjs')], {
    timeout: startTimeoutMs,
  });
  return JSON.parse(stdout) as Report;
}

const scopesOf = (report: Report): string[] =>
  [...new Set(report.spans.map((finished) => finished.scope.replace('@opentelemetry/instrumentation-', '')))].sort();

describe('preload', () => {
  it(
    'makes the statically imported pg, grpc-js and node:http of a bundle trace, in one trace',
    async () => {
      const report = await start('--import', join(folder, 'preload.mjs'));
      expect(scopesOf(report)).toEqual(['grpc', 'http', 'pg', 'tongban']);
      expect(new Set(report.spans.map((finished) => finished.trace)).size).toBe(1);
      const named = (scope: string): number => report.spans.filter(({ scope: of }) => of.endsWith(scope)).length;
      expect(named('grpc')).toBe(2);
      expect(named('http')).toBe(2);
    },
    startTimeoutMs,
  );

  it(
    'is needed: without it only our own spans exist',
    async () => {
      expect(scopesOf(await start())).toEqual(['tongban']);
    },
    startTimeoutMs,
  );

  it('is tested on a bundle whose packages are static imports, as in the apps', () => {
    const bundle = readFileSync(join(folder, 'app.mjs'), 'utf8');
    for (const name of ['pg', '@grpc/grpc-js', 'node:http']) expect(bundle).toMatch(new RegExp(`from "${name}"`));
  });
});
