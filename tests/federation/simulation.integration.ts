import { mutants, simulate } from '@tongban/testkit';

const seeds = 200;
const perTest = 50;
const testTimeoutMs = 240_000;
/** Mutants of the kinds that a few seeds find; `npm run sim -- --mutants` tries them all. */
const quickMutants = ['forget-epoch', 'no-history', 'skip-dedup', 'ignore-gap', 'no-backoff', 'drop-quarantine'];
const mutantSeeds = 40;

/**
 * A neighbour that only parked entries make a member; a request that was refused where it was made, and given back; a
 * neighbour's "that was everything" whose commit was not heard of, and which nobody sent again.
 */
const lostOnce = [143_419, 147_815, 149_356, 300_500];

const repeat = (seed: number): string => `npm run sim -- --seed ${seed} --verbose`;

describe('a simulated city', () => {
  it.each(Array.from({ length: seeds / perTest }, (_unused, part) => 1 + part * perTest))(
    'keeps its invariants from seed %i on',
    async (first) => {
      for (let seed = first; seed < first + perTest; seed++) {
        const { violations } = await simulate(seed);
        if (violations.length > 0) throw new Error(`${repeat(seed)}\n${JSON.stringify(violations, undefined, 2)}`);
      }
    },
    testTimeoutMs,
  );

  it.each(lostOnce)('keeps them where they were once lost: seed %i', async (seed) => {
    const { violations } = await simulate(seed);
    if (violations.length > 0) throw new Error(`${repeat(seed)}\n${JSON.stringify(violations, undefined, 2)}`);
  });

  it('lives the same life again for the same seed', async () => {
    expect(await simulate(11)).toEqual(await simulate(11));
  });

  it.each(mutants.filter(({ name }) => quickMutants.includes(name)).map(({ name, mutation }) => ({ name, mutation })))(
    'shows the fault $name',
    async ({ mutation }) => {
      for (let seed = 1; seed <= mutantSeeds; seed++) {
        if ((await simulate(seed, { mutation })).violations.length > 0) return;
      }
      throw new Error(`none of ${mutantSeeds} seeds sees it`);
    },
    testTimeoutMs,
  );
});
