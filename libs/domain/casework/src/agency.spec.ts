import { agencyProgress, agentSightDays, isInAgentSight } from './agency.js';
import { approved, CaseBench, certified, dayMs, samples, township, villageRoute } from './case.fixture.js';

const subject = { subject: 'agent@371102001001' };
const { mandate: _left, ...unentrusted } = samples.submit;

describe('an agent after the end', () => {
  it('calls back once somebody answers, and files what was delivered', () => {
    const bench = certified();
    expect(bench.ask(samples.fileAway, subject)?.code).toBe('case.undelivered');
    bench.do({ ...samples.callBack, outcome: 'unreached' }).do(samples.callBack);
    expect(bench.case.calledBack).toMatchObject({ outcome: 'satisfied', role: 'agent', at: bench.now });
    expect(bench.ask(samples.callBack)?.code).toBe('case.called-back');
    bench.do(samples.deliver).do(samples.fileAway);
    expect(bench.ask(samples.fileAway)?.code).toBe('case.filed');
    expect(JSON.stringify(bench.drafts.map(({ facts }) => facts))).not.toContain('满意。');
  });

  it('is the agent of the case', () => {
    const bench = certified();
    expect(bench.ask(samples.callBack, { subject: 'another' })?.code).toBe('jurisdiction.not-party');
    expect(bench.ask(samples.callBack, { role: 'clerk', division: township })).toBeUndefined();
    expect(bench.ask(samples.fileAway, { subject: 'another' })?.code).toBe('jurisdiction.not-party');
    const own = new CaseBench()
      .do({ ...unentrusted, route: villageRoute }, { role: 'resident' })
      .do(samples.withdraw, { role: 'resident' });
    expect(own.ask(samples.callBack)?.code).toBe('case.not-entrusted');
    expect(own.ask(samples.fileAway)?.code).toBe('case.not-entrusted');
  });

  it('has seven steps to show, each with its day', () => {
    const times = { grantedAt: 1, reportedAt: null };
    const at = (bench: CaseBench) => agencyProgress(bench.case, times).map(({ at: done }) => done !== null);
    expect(at(approved())).toEqual([true, true, true, false, false, false, false]);
    const done = certified().do(samples.deliver).do(samples.callBack).do(samples.fileAway);
    expect(at(done)).toEqual([true, true, true, true, true, false, true]);
  });

  it('sees the papers until the bounded term after closing is over', () => {
    const bench = certified();
    const closedAt = bench.case.closedAt ?? 0;
    expect(isInAgentSight(approved().case, bench.now + 1000 * dayMs)).toBe(true);
    expect(isInAgentSight(bench.case, closedAt + agentSightDays * dayMs - 1)).toBe(true);
    expect(isInAgentSight(bench.case, closedAt + agentSightDays * dayMs)).toBe(false);
  });
});
