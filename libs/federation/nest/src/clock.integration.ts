import { clockStanding, type ClockReading } from '@tongban/federation/core';
import { freshDatabase } from '@tongban/testkit';
import {
  begin,
  closeSites,
  eventually,
  headsOf,
  Network,
  site,
  testTimeoutMs,
  township,
  village,
  type Site,
} from './sites.fixture.js';

const shiftMs = -90 * 60_000;
let network: Network;
let town: Site, home: Site;
const readings: ClockReading[] = [];

beforeAll(async () => {
  network = new Network();
  town = await site(network, township, await freshDatabase());
  home = await site(network, village, await freshDatabase(), {
    clock: { now: () => Date.now() + shiftMs },
    parentClock: (reading) => void readings.push(reading),
  });
}, testTimeoutMs);
afterAll(closeSites);

describe('a node whose clock is shifted', () => {
  it(
    'finds it out by asking its parent, once for each question, and goes on working',
    async () => {
      expect(await home.host.askParentClock()).toBe(true);
      await eventually('the parent has answered', async () => readings.length === 1);
      const [reading] = readings;
      expect(clockStanding(reading!)).toBe('wrong');
      expect(Math.abs(reading!.aheadMs + shiftMs)).toBeLessThanOrEqual(reading!.errorMs + 1);
      const record = await begin(home);
      await eventually('the parent holds it', async () => (await headsOf([town], record))[0] !== 'none');
      expect(readings).toHaveLength(1);
    },
    testTimeoutMs,
  );

  it('asks nobody where no way leads to the parent', async () => {
    network.cut.add(township);
    expect(await home.host.askParentClock()).toBe(false);
    network.heal();
  });
});
