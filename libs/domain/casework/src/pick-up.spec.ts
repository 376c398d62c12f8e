import fc from 'fast-check';
import { approved, samples } from './case.fixture.js';
import { hashPickUpCode } from './numbers.js';

const code = '482913';
const certified = () => approved().do({ ...samples.certify, pickUpCode: code });
const handing = { ...samples.deliver, method: 'window' } as const;

describe('the pick-up code', () => {
  it('is a hash in the facts and stands in the sealed part', () => {
    const bench = certified();
    const { number, pickUpCodeHash } = bench.case.certificate!;
    expect(pickUpCodeHash).toBe(hashPickUpCode(number, code));
    const entry = bench.entries.find(({ type }) => type === 'case.certified')!;
    expect(entry).toMatchObject({ version: 2 });
    expect(JSON.stringify(entry.facts)).not.toContain(code);
  });

  it('collects the result, and no other code does', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6}$/), (given) => {
        const bench = certified();
        const answer = bench.try({ ...handing, pickUpCode: given });
        expect(answer?.code).toBe(given === code ? undefined : 'case.pick-up-code');
      }),
      { examples: [[code]], numRuns: 20 },
    );
    expect(certified().do({ ...handing, pickUpCode: code }).case.delivered).toMatchObject({ proof: 'pickUpCode' });
  });
});

describe('a parcel', () => {
  const parcel = { carrier: '中国邮政', trackingNumber: 'EMS1234567' };

  it('is a fact of a delivery by post, and of no other', () => {
    expect(certified().ask({ ...handing, parcel })?.code).toBe('request.invalid');
    const posted = certified().do({ ...handing, method: 'post', parcel });
    expect(posted.case.delivered).toMatchObject({ method: 'post', parcel });
    expect(posted.entries.at(-1)).toMatchObject({ version: 2 });
    expect(certified().do(handing).entries.at(-1)).toMatchObject({ version: 1 });
  });
});
