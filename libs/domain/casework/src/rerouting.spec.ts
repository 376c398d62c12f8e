import fc from 'fast-check';
import {
  accepted,
  acceptedWith,
  approved,
  CaseBench,
  certified,
  city,
  district,
  fees,
  preReviewing,
  samples,
  submitted,
  supplementing,
  township,
  villageRoute,
} from './case.fixture.js';
import { routePowers, type RoutePower } from './codes.js';
import { powersToUse } from './rerouting.js';
import { nextHandOver } from './submission.js';

const giver = { ...samples.reroute, to: city };

describe('reroute', () => {
  it('finishes here: written, and nothing moves', () => {
    const { to: _nobody, ...finish } = samples.reroute;
    const bench = accepted().do({ ...finish, rule: 'finishHere' });
    expect(bench.case).toMatchObject({ owner: district, pendingOffer: null, route: { decide: district } });
    expect(bench.case.reroutes).toMatchObject([{ rule: 'finishHere', node: district, to: null }]);
    expect(bench.ask({ ...finish, rule: 'finishHere' })?.code).toBe('case.rerouted');
    expect(bench.ask({ ...giver, rule: 'finishHere' })?.code).toBe('case.rerouted');
    expect(accepted().ask({ ...giver, rule: 'finishHere' })?.code).toBe('request.invalid');
    expect(accepted().ask({ ...finish, rule: 'handBack' })?.code).toBe('request.invalid');
  });

  it('takes the case along when its next step is lost, and only the steps still to be taken', () => {
    const bench = accepted().do(giver);
    expect(bench.drafts.slice(-2).map(({ type, facts }) => [type, facts['reason'] ?? facts['rule']])).toEqual([
      ['case.rerouted', 'handBack'],
      ['record.offered', 'delegationEnded'],
    ]);
    bench.take();
    expect(bench.case).toMatchObject({
      owner: city,
      status: 'accepted',
      route: { accept: township, decide: city, certify: city },
    });
    expect(bench.do(samples.decide).do(samples.certify).case.closing).toBe('certified');
  });

  it('leaves the case where it is when only a later step is lost', () => {
    const bench = new CaseBench().do({ ...samples.submit, route: villageRoute });
    bench.do({ ...giver, powers: ['decide', 'certify'] });
    expect(bench.case).toMatchObject({ pendingOffer: null, route: { decide: city, certify: city } });
    expect(nextHandOver(bench.do(samples.accept).case)).toMatchObject({ to: city });
  });

  it('moves what waits for papers, for a pre-review or behind a special procedure, and keeps the days that have run', () => {
    const received = supplementing().case.receivedAt;
    expect(supplementing().do(giver).take().case).toMatchObject({ owner: city, receivedAt: received });
    expect(preReviewing().do(giver).take().case).toMatchObject({ owner: city, receivedAt: null, status: 'preReview' });
    expect(accepted().do(samples.pause).do(giver).take().case.owner).toBe(city);
    expect(certified().ask(giver)?.code).toBe('case.closed');
  });

  it('is the system’s alone, not while the case is on its way, and not for a power that the node does not use', () => {
    expect(accepted().ask(giver, { role: 'approver' })?.code).toBe('jurisdiction.role');
    expect(submitted().do(samples.handOver).ask(giver)?.code).toBe('case.handing-over');
    expect(submitted().ask({ ...giver, powers: ['decide'] })?.code).toBe('case.rerouted');
    expect(approved().ask({ ...giver, powers: ['accept', 'decide'] })?.code).toBe('case.rerouted');
  });

  it('carries the dossier, sealed, to a node that could not open it', () => {
    const dossier = [{ seq: 1, type: 'case.submitted', content: { applicant: { name: '王秀英' } } }];
    const drafts = accepted().do({ ...giver, dossier }).drafts;
    const moved = drafts.find(({ type }) => type === 'case.rerouted');
    expect(moved?.sealed).toMatchObject({ dossier });
    expect(JSON.stringify(moved?.facts)).not.toContain('王秀英');
  });

  it('leaves no step to be taken with the node that lost it', () => {
    const lost = fc.subarray(Object.keys(routePowers) as RoutePower[], { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(submitted, supplementing, accepted, approved), lost, (begin, powers) => {
        const bench = begin();
        const node = bench.case.owner;
        const before = powersToUse(bench.case, node);
        if (bench.try({ ...giver, powers }) !== undefined) {
          expect(before.some((power) => powers.includes(power))).toBe(false);
          return;
        }
        expect(powersToUse(bench.case, node)).toEqual(before.filter((power) => !powers.includes(power)));
        expect(bench.case.pendingOffer?.to === city).toBe(powers.includes(before[0]!));
      }),
      { numRuns: 60 },
    );
  });
});

describe('repin', () => {
  it('counts the limits of the new version, from the day on which the case was accepted', () => {
    const bench = accepted('2026-03-02');
    expect(bench.case.promisedDue?.date).toBe('2026-03-09');
    bench.passDays(1).do(samples.repin);
    expect(bench.case).toMatchObject({ item: { version: 3 }, promisedDue: { date: '2026-03-05' } });
    expect(bench.case.repins).toMatchObject([{ from: 2, to: 3, at: bench.now }]);
    expect(submitted().do(samples.repin).case.promisedDue).toBeNull();
    expect(accepted('2026-03-02').do(samples.pause).passDays(2).do(samples.repin).case.promisedDue?.date).toBe(
      '2026-03-09',
    );
  });

  it('wants a reason, the same item, a newer version, and no fee that has been told otherwise', () => {
    const { item } = samples.repin;
    expect(accepted().ask({ ...samples.repin, reason: '' })?.code).toBe('case.reason-required');
    expect(accepted().ask({ ...samples.repin, item: { ...item, code: '370500013009' } })?.code).toBe('request.invalid');
    expect(accepted().ask({ ...samples.repin, item: { ...item, version: 2 } })?.code).toBe('case.version');
    const noticed = acceptedWith({ fees }).do(samples.issuePaymentNotice, { subject: 'window' });
    expect(noticed.ask(samples.repin)?.code).toBe('case.version');
    expect(noticed.ask({ ...samples.repin, item: { ...item, fees } })).toBeUndefined();
    expect(approved().ask(samples.repin)?.code).toBe('case.state');
  });
});
