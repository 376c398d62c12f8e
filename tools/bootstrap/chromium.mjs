// Finds a Chromium for the browser tests, or unpacks the one of the machine's own Debian release, with the libraries that it
// needs, into the project's cache without installing anything.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliDecompressSync } from 'node:zlib';
import { ownSuite, unpackFromDebian } from './debian.mjs';
import { BootstrapError, cacheDirectory, fail, isMain, root, run, say } from './project.mjs';

export const chromiumWays = ['env', 'path', 'cache', 'debian'];
const versionTimeoutMs = 30_000;
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const font = join(root, 'libs', 'platform', 'document', 'fonts', 'NotoSansSC-Regular.ttf.br');

const onPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

const foldersBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() && entry.name.includes('linux') ? [join(folder, entry.name)] : [],
      )
    : [];

const holdsLibraries = (folder) => readdirSync(folder).some((name) => /\.so(\.|$)/.test(name));

/**
 * Folders of the libraries below `folder`. Some packages keep private ones a step deeper, where their own run path names it
 * as if they were installed (libpulse0 with libpulsecommon).
 */
export const librariesBelow = (folder) =>
  [join(folder, 'lib'), join(folder, 'usr', 'lib')].flatMap(foldersBelow).flatMap((triplet) => [
    triplet,
    ...readdirSync(triplet, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(triplet, name))
      .filter(holdsLibraries),
  ]);

/** A browser unpacked below `folder`: its libraries lie beside it. */
function unpackedBrowser(folder) {
  const path = join(folder, 'usr', 'lib', 'chromium', 'chromium');
  if (!existsSync(path)) return undefined;
  return { path, environment: { LD_LIBRARY_PATH: librariesBelow(folder).join(delimiter) } };
}

const sansSerif = ['system-ui', 'sans-serif']
  .map((family) => `<alias><family>${family}</family><prefer><family>Noto Sans SC</family></prefer></alias>`)
  .join('');

/** Fonts of the machine, and the project's own Chinese one, so that a page looks the same where none is installed. */
function fontsIn(directory) {
  const folder = join(directory, 'fonts');
  const file = join(folder, 'fonts.conf');
  if (existsSync(file)) return { FONTCONFIG_FILE: file };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'NotoSansSC-Regular.ttf'), brotliDecompressSync(readFileSync(font)));
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', folder].map((dir) => `<dir>${dir}</dir>`).join('');
  writeFileSync(
    `${file}.${process.pid}`,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}` +
      `<include ignore_missing="yes">/etc/fonts/fonts.conf</include>${sansSerif}` +
      `<cachedir>${join(folder, 'cache')}</cachedir></fontconfig>\n`,
  );
  renameSync(`${file}.${process.pid}`, file);
  return { FONTCONFIG_FILE: file };
}

async function verify(browser) {
  const { status, stdout, stderr } = await run(browser.path, ['--version', '--no-sandbox'], {
    timeoutMs: versionTimeoutMs,
    env: browser.environment,
  });
  const version = /(?:Chromium|Chrome) (\d+[\d.]*)/.exec(stdout)?.[1];
  if (status !== 0 || version === undefined) {
    throw new BootstrapError(`${browser.path} does not run as a Chromium: ${(stderr || stdout).trim().split('\n')[0]}`);
  }
  return { ...browser, version };
}

async function fromDebian(cached) {
  const staging = `${cached}.${process.pid}`;
  try {
    const packages = ['chromium'];
    const unpacked = await unpackFromDebian({ directory: staging, suite: ownSuite(), packages, dependencies: true });
    const browser = unpackedBrowser(unpacked);
    if (browser === undefined) throw new BootstrapError('the package holds no chromium');
    await verify(browser);
    rmSync(cached, { recursive: true, force: true });
    // In one step, so that a killed run leaves no half browser.
    renameSync(unpacked, cached);
    return unpackedBrowser(cached);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const installed = (path) => (path === undefined ? undefined : { path, environment: {} });
const finders = {
  env: () => installed(process.env.TONGBAN_CHROMIUM || undefined),
  path: () => installed(onPath()),
  cache: unpackedBrowser,
  debian: fromDebian,
};

/**
 * `{path, environment, version, way}` of a usable browser. One named by TONGBAN_CHROMIUM that does not work is an error at
 * once: somebody chose it.
 */
export async function resolveChromium({ way, directory = join(cacheDirectory, 'chromium') } = {}) {
  if (way !== undefined && !chromiumWays.includes(way)) {
    throw new BootstrapError(`no such way to a Chromium: ${way} (one of ${chromiumWays.join(', ')})`);
  }
  const cached = join(directory, 'browser');
  const reasons = [];
  for (const name of way === undefined ? chromiumWays : [way]) {
    try {
      const browser = await finders[name](cached);
      if (browser !== undefined) {
        const { environment, ...verified } = await verify(browser);
        return { ...verified, environment: { ...environment, ...fontsIn(directory) }, way: name };
      }
      reasons.push(`${name}: nothing found`);
    } catch (error) {
      if (!(error instanceof BootstrapError) || name === 'env') throw error;
      reasons.push(`${name}: ${error.message}`);
    }
  }
  throw new BootstrapError(
    `no Chromium. Install one (apt install chromium) or name it in TONGBAN_CHROMIUM.\n  ${reasons.join('\n  ')}`,
  );
}

if (isMain(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { way: { type: 'string' } } });
    const { path, version, way } = await resolveChromium(values.way === undefined ? {} : { way: values.way });
    say(`Chromium ${version} (${way})`);
    console.log(path);
  } catch (error) {
    fail(error);
  }
}
