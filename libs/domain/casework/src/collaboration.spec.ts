import { accepted, CaseBench, district, samples, submittedWith, township, village } from './case.fixture.js';
import { nextHandOver } from './submission.js';

const reportedUp = (): CaseBench => submittedWith({ regime: 'reportedUp' }).do(samples.accept);
const cover = { of: 'a-role', reasonCode: 'leave' } as const;

describe('first review', () => {
  it('comes before the case goes up, by a reviewer with an opinion', () => {
    const bench = reportedUp();
    expect(bench.ask(samples.handOver)?.code).toBe('case.review-required');
    expect(nextHandOver(bench.case)).toBeUndefined();
    expect(bench.ask({ ...samples.review, opinion: ' ' })?.code).toBe('case.reason-required');
    bench.do(samples.review);
    expect(bench.case.reviews).toMatchObject([{ conclusion: 'agree', division: township }]);
    expect(nextHandOver(bench.case)).toEqual({ type: 'handOver', to: district, reason: 'toDecide' });
    expect(bench.ask(samples.review)?.code).toBe('case.reviewed');
    expect(bench.do(samples.handOver).take().ask(samples.decide)).toBeUndefined();
  });

  it('also goes up when the reviewer disagrees, and is made anew after a return', () => {
    const bench = reportedUp().do({ ...samples.review, conclusion: 'disagree' });
    bench.do(samples.handOver).take();
    bench.do({ ...samples.handOver, to: township, reason: 'returned', text: '初审意见不完整' }).take();
    expect(bench.case).toMatchObject({ reviewed: false, returns: [{ to: township }] });
    expect(bench.ask(samples.handOver)?.code).toBe('case.review-required');
    bench.do(samples.review).do(samples.handOver).take().do(samples.decide);
    expect(bench.case.reviews).toHaveLength(2);
  });

  it('is not asked of a case that is decided where it is accepted', () => {
    const route = { accept: village, decide: village, certify: village, deliver: village };
    const item = { ...samples.submit.item, regime: 'reportedUp' } as const;
    const bench = new CaseBench().do({ ...samples.submit, item, route }).do(samples.accept);
    expect(bench.ask(samples.decide)).toBeUndefined();
  });

  it('makes its reviewer another person than the approver', () => {
    const bench = accepted().do(samples.review, { subject: 'zhao' });
    expect(bench.ask(samples.decide, { subject: 'zhao' })?.code).toBe('case.same-person');
    expect(bench.ask(samples.decide, { subject: 'qian' })).toBeUndefined();
  });
});

describe('return', () => {
  it('goes to the owner before, with a reason that is sealed', () => {
    const bench = accepted();
    const back = { ...samples.handOver, to: township, reason: 'returned' } as const;
    expect(bench.ask(back)?.code).toBe('case.reason-required');
    expect(bench.ask({ ...back, to: district, text: 'x' })?.code).toBe('request.invalid');
    bench.do({ ...back, text: '王秀英的材料不全' });
    expect(bench.drafts.slice(-2).map(({ type }) => type)).toEqual(['case.returned', 'record.offered']);
    expect(bench.drafts.at(-2)?.sealed).toEqual({ reason: '王秀英的材料不全' });
    expect(bench.take().case).toMatchObject({ owner: township, status: 'accepted' });
  });

  it('does not go to a node of the route that did not have the case', () => {
    const route = { accept: township, decide: district, certify: village, deliver: village };
    const bench = new CaseBench()
      .do({ ...samples.submit, route })
      .take()
      .do(samples.accept)
      .do(samples.handOver)
      .take();
    expect(bench.ask({ ...samples.handOver, to: village, reason: 'returned', text: 'x' })?.code).toBe('case.power');
  });
});

describe('urging', () => {
  it('is written down, once a day for each person, and holds nobody up', () => {
    const bench = accepted();
    const before = bench.case.lastOccurredAt;
    bench.passDays(2).do(samples.urge).do(samples.urge, { subject: 'another' });
    expect(bench.case.urges).toMatchObject([{ role: 'supervisor' }, { by: 'another' }]);
    expect(bench.case.lastOccurredAt).toBe(before);
    expect(bench.ask(samples.urge)?.code).toBe('case.urged');
    expect(bench.passDays(1).ask({ type: 'urge' })).toBeUndefined();
    expect(bench.do({ type: 'urge' }).drafts.at(-1)).not.toHaveProperty('sealed');
  });
});

describe('collective review', () => {
  it('has several opinions and one conclusion', () => {
    const bench = accepted().do(samples.callConference);
    expect(bench.ask(samples.callConference)?.code).toBe('case.conference');
    expect(bench.ask(samples.decide)?.code).toBe('case.conference');
    expect(bench.ask(samples.concludeConference)?.code).toBe('case.conference');
    bench.do(samples.giveOpinion, { subject: 'first' });
    const second = { ...samples.giveOpinion, department: 'public-security', conclusion: 'conditional' } as const;
    expect(bench.ask(second, { subject: 'first' })?.code).toBe('case.conference');
    expect(bench.ask(samples.giveOpinion, { subject: 'other' })?.code).toBe('case.conference');
    expect(bench.ask({ ...second, department: 'taxation' }, { subject: 'other' })?.code).toBe('case.conference');
    bench.do(second, { subject: 'second' }).do(samples.concludeConference);
    expect(bench.case.conferences).toMatchObject([
      { opinions: [{ conclusion: 'agree' }, { conclusion: 'conditional' }], conclusion: 'agree' },
    ]);
    expect(bench.ask(samples.giveOpinion, { subject: 'third' })?.code).toBe('case.conference');
    expect(bench.ask(samples.decide)).toBeUndefined();
  });

  it('ends without the silent once their day has passed, with two opinions at least', () => {
    const departments = ['civil-affairs', 'public-security', 'taxation'];
    const bench = accepted('2026-03-02').do({ ...samples.callConference, departments, dueBy: '2026-03-04' });
    bench.do(samples.giveOpinion, { subject: 'first' });
    expect(bench.passDays(3).ask(samples.concludeConference)?.code).toBe('case.conference');
    bench.do({ ...samples.giveOpinion, department: 'taxation' }, { subject: 'second' });
    expect(bench.ask(samples.concludeConference)).toBeUndefined();
  });

  it('wants two departments and a day to come', () => {
    const twice = { ...samples.callConference, departments: ['civil-affairs', 'civil-affairs'] };
    expect(accepted().ask(twice)?.code).toBe('request.invalid');
    expect(accepted().ask({ ...samples.callConference, dueBy: '2026-03-01' })?.code).toBe('request.invalid');
  });
});

describe('A/B role', () => {
  it('is recorded with the act, before an offer', () => {
    const bench = accepted().do({ ...samples.decide, cover });
    expect(bench.drafts.slice(-2).map(({ type }) => type)).toEqual(['case.decided', 'case.covered']);
    expect(bench.case.covers).toMatchObject([{ act: 'decide', of: 'a-role', reasonCode: 'leave' }]);
    const moved = submittedWith({})
      .do(samples.accept)
      .do({ ...samples.handOver, cover });
    expect(moved.drafts.slice(-2).map(({ type }) => type)).toEqual(['case.covered', 'record.offered']);
  });

  it('does not let one person be two', () => {
    const bench = accepted();
    expect(bench.ask({ ...samples.decide, cover: { ...cover, of: 'me' } }, { subject: 'me' })?.code).toBe(
      'request.invalid',
    );
    const acceptor = bench.case.handlers.accepted?.subject ?? '';
    expect(bench.ask({ ...samples.decide, cover: { ...cover, of: acceptor } })?.code).toBe('case.same-person');
  });
});

describe('an act of somebody who logged in off line', () => {
  const offlineGrant = '01890000-0000-7000-8000-00000000000a';

  it('is marked behind what was done', () => {
    const benches = [
      ['submit', new CaseBench().do(samples.submit, { offlineGrant })],
      ['accept', submittedWith({}).do(samples.accept, { offlineGrant })],
    ] as const;
    for (const [act, bench] of benches) {
      const at = bench.drafts.findIndex(({ type }) => type === 'case.actedOffline');
      expect(bench.drafts[at - 1]!.type).toBe(act === 'submit' ? 'case.submitted' : 'case.accepted');
      expect(bench.drafts[at]!.facts).toEqual({ act, grant: offlineGrant });
    }
  });

  it('is marked beside the word of whose place it was done in, and before an offer', () => {
    const moved = submittedWith({})
      .do(samples.accept)
      .do({ ...samples.handOver, cover }, { offlineGrant });
    expect(moved.drafts.slice(-3).map(({ type }) => type)).toEqual([
      ...['case.covered', 'case.actedOffline', 'record.offered'],
    ]);
  });

  it('changes nothing else of the case', () => {
    const [marked, plain] = [
      submittedWith({}).do(samples.accept, { offlineGrant }),
      submittedWith({}).do(samples.accept),
    ];
    expect({ ...marked.case, seq: 0 }).toEqual({ ...plain.case, seq: 0 });
  });
});
