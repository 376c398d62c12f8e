import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  joinShares,
  Keystore,
  makeKeyDirectory,
  makeSecret,
  openEscrowed,
  parseKeyDirectory,
  parseShare,
  publicPart,
  Sealer,
} from '@tongban/journal';
import { nodeCode, unwrap } from '@tongban/kernel';
import { escrowSharePaths, provideEscrow } from './escrow.js';
import { layoutOf, type Layout } from './layout.js';

const city = nodeCode('371100000000');
const secrets = [makeSecret(city, 1)];
let state: string;
let layout: Layout;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'escrow-'));
  layout = layoutOf(state, city);
  mkdirSync(join(layout.directory, 'secrets'), { recursive: true });
  writeFileSync(layout.keystore('city'), JSON.stringify({ secrets }));
  writeFileSync(layout.keyDirectory, JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1)));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const directory = () => parseKeyDirectory(readFileSync(layout.keyDirectory, 'utf8'), city);
const shares = () => escrowSharePaths(layout).map((path) => unwrap(parseShare(readFileSync(path, 'utf8'))));

describe('the escrow key of a city', () => {
  it('is made once, in two shares for two persons, and opens what is sealed from then on', async () => {
    expect(provideEscrow(layout, city, 2)).toEqual({ made: true });
    for (const path of escrowSharePaths(layout)) expect(statSync(path).mode & 0o777).toBe(0o600);
    const [one, other] = shares();
    const sealed = await new Sealer(directory(), new Keystore(secrets)).seal({ a: 1 }, [city], { escrowed: true });
    expect(unwrap(await openEscrowed(sealed, unwrap(joinShares(one!, other!))))).toEqual({ a: 1 });
    expect(joinShares(one!, one!).ok).toBe(false);
    expect(provideEscrow(layout, city, 3)).toEqual({ made: false });
    expect(shares()).toEqual([one, other]);
  });

  it('is the one of the shares that are there, when a start was cut off before the directory had it', () => {
    provideEscrow(layout, city, 2);
    const before = shares();
    writeFileSync(layout.keyDirectory, JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1)));
    expect(provideEscrow(layout, city, 3)).toEqual({ made: true });
    expect(shares()).toEqual(before);
    expect(directory().findEscrow()).toMatchObject({ keyId: before[0]!.keyId, sealing: before[0]!.sealing });
  });

  it('is made anew when one share only was written', () => {
    provideEscrow(layout, city, 2);
    const [lost] = shares();
    rmSync(escrowSharePaths(layout)[1]);
    writeFileSync(layout.keyDirectory, JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1)));
    expect(provideEscrow(layout, city, 3)).toEqual({ made: true });
    expect(directory().findEscrow()?.sealing).not.toBe(lost!.sealing);
    const [one, other] = shares();
    expect(unwrap(joinShares(one!, other!)).sealing).toBe(directory().findEscrow()?.sealing);
  });
});
