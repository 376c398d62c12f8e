import {
  accepted,
  approved,
  attachment,
  CaseBench,
  certified,
  city,
  dayMs,
  district,
  hourMs,
  samples,
  submitted,
  township,
  village,
} from './case.fixture.js';
import { hashQueryCode, parseCaseNumber } from './numbers.js';
import { nextHandOver } from './submission.js';
import { clockSkewMs, maxOfflineMs } from './times.js';

describe('submit', () => {
  it('writes the case and offers it to the accepting node at once', () => {
    const bench = new CaseBench().do(samples.submit);
    expect(bench.drafts.map(({ type }) => type)).toEqual(['case.submitted', 'record.offered']);
    expect(bench.drafts[1]?.facts).toEqual({ to: township, reason: 'toAccept' });
    const { number, queryCodeHash, intake, materials, receivedAt } = bench.case;
    expect(parseCaseNumber(number)).toEqual({
      ok: true,
      value: { division: village, date: '2026-03-02', sequence: 7 },
    });
    expect(queryCodeHash).toBe(hashQueryCode(number, '234765'));
    expect([intake, materials.map(({ material }) => material), receivedAt]).toEqual([village, ['M1', 'M2'], null]);
    expect(bench.take().case).toMatchObject({
      owner: township,
      epoch: 2,
      previousOwners: [village],
      pendingOffer: null,
    });
    expect(bench.case.receivedAt).toBe(bench.now);
  });

  it('stays where it is when the intake may accept', () => {
    const bench = new CaseBench().do({ ...samples.submit, route: { ...samples.submit.route, accept: village } });
    expect(bench.drafts).toHaveLength(1);
    expect(bench.case.receivedAt).toBe(bench.now);
  });

  it('splits attachments: digests are facts, names and keys are sealed', () => {
    const [draft] = new CaseBench().do(samples.submit).drafts;
    expect(draft?.facts['materials']).toEqual([
      { material: 'M1', digest: 'a'.repeat(64), size: 2048, mediaType: 'image/jpeg' },
      { material: 'M2', digest: 'b'.repeat(64), size: 2048, mediaType: 'image/jpeg' },
    ]);
    expect(draft?.sealed).toMatchObject({ files: [{ name: '王秀英-M1.jpg', key: 'c2VjcmV0LWtleQ' }, {}] });
  });

  it('refuses materials that the item does not have, and papers that do not fit the applicant', () => {
    const bench = new CaseBench();
    expect(bench.ask({ ...samples.submit, attachments: [attachment('M9')] })?.code).toBe('case.material-unknown');
    expect(bench.ask({ ...samples.submit, identityType: 'usccOrganisation' })?.code).toBe('request.invalid');
    expect(bench.ask({ ...samples.submit, applicantType: 'enterprise' })?.code).toBe('request.invalid');
    expect(bench.ask({ ...samples.submit, identityType: 'other' })).toBeUndefined();
  });
});

describe('hand-over', () => {
  it('goes along the route, and back', () => {
    const bench = submitted().do(samples.accept);
    expect(bench.ask({ ...samples.handOver, to: city })?.code).toBe('case.power');
    expect(bench.ask({ ...samples.handOver, to: township })?.code).toBe('request.invalid');
    bench.do({ type: 'handOver', to: village, reason: 'returned', text: '请重新核对材料' }).take();
    expect(bench.case).toMatchObject({ owner: village, epoch: 3, previousOwners: [village, township] });
    expect(bench.ask(samples.handOver, { role: 'clerk' })).toBeUndefined();
  });

  it('is proposed after acceptance and decision', () => {
    const bench = submitted();
    expect(nextHandOver(bench.case)).toBeUndefined();
    bench.do(samples.accept);
    expect(nextHandOver(bench.case)).toEqual({ type: 'handOver', to: district, reason: 'toDecide' });
    bench.do(samples.handOver);
    expect(nextHandOver(bench.case)).toBeUndefined();
    expect(nextHandOver(accepted().case)).toBeUndefined();
    const elsewhere = { ...approved().case, route: { ...samples.submit.route, certify: city } };
    expect(nextHandOver(elsewhere)).toEqual({ type: 'handOver', to: city, reason: 'toCertify' });
  });

  it('ended by the old owner leaves the case where it was, with a new epoch', () => {
    const bench = submitted().do(samples.handOver).take(township);
    expect(bench.case).toMatchObject({ owner: township, previousOwners: [village], pendingOffer: null, epoch: 3 });
  });

  it('is over once the case is closed', () => {
    expect(certified().ask(samples.handOver)?.code).toBe('case.closed');
  });
});

describe('time of a step', () => {
  it('of an application lies at most a week back: a device may have been without a network, a mandate may have ended', () => {
    const bench = new CaseBench();
    expect(bench.ask(samples.submit, { at: bench.now - maxOfflineMs })).toBeUndefined();
    expect(bench.ask(samples.submit, { at: bench.now - maxOfflineMs - 1 })?.code).toBe('case.back-dated');
    const closed = certified();
    expect(closed.ask(samples.noteReport, { at: closed.now - 2 * maxOfflineMs })).toBeUndefined();
  });

  it('may lie a day before the step before it and five minutes ahead of the owner', () => {
    const bench = submitted().passDays(2);
    const last = bench.case.lastOccurredAt;
    expect(bench.ask(samples.accept, { at: last - dayMs })).toBeUndefined();
    expect(bench.ask(samples.accept, { at: last - dayMs - 1 })?.code).toBe('case.back-dated');
    expect(bench.ask(samples.accept, { at: bench.now + clockSkewMs })).toBeUndefined();
    expect(bench.ask(samples.accept, { at: bench.now + clockSkewMs + 1 })?.code).toBe('case.back-dated');
  });

  it("is not held up by a machine's report", () => {
    const bench = certified();
    const handed = bench.now + hourMs;
    bench.passDays(5).do(samples.noteReport);
    expect(bench.ask(samples.deliver, { at: handed })).toBeUndefined();
  });
});
