import fc from 'fast-check';
import {
  accepted,
  atKiosk,
  attachment,
  byPhone,
  CaseBench,
  district,
  forPreReview,
  preReviewed,
  preReviewing,
  samples,
  submitted,
  supplementing,
  township,
  village,
  villageRoute,
} from './case.fixture.js';
import { clockOf } from './clock.js';
import { channels } from './codes.js';
import type { CaseCommandOf } from './command-schemas.js';
import { makeCaseNumber, maxDailySequence, parseCaseNumber } from './numbers.js';
import { describeProgress } from './progress.js';
import { materialFaults, type TrustLevel } from './reception-codes.js';
import { workingCalendar } from '@tongban/domain/calendar';

const resident = { role: 'resident' } as const;
const clerk = { role: 'clerk' } as const;
const codes = (bench: CaseBench, command: CaseCommandOf<'submit'>, by: object): string | undefined =>
  bench.ask(command, by)?.code;

describe('an application at a kiosk', () => {
  it('waits for the window, whose clerk is then bound, and only then goes on', () => {
    const bench = new CaseBench().do(atKiosk, resident);
    expect(bench.case).toMatchObject({ awaitsWindow: true, receivedAt: null, pendingOffer: null, owner: village });
    expect(bench.ask({ ...samples.handOver, to: township })?.code).toBe('case.not-received');
    expect(describeProgress(bench.case).text).toContain('窗口');
    bench.passDays(3).do(samples.receive, { subject: 'window-2' });
    expect(bench.case.received).toMatchObject({ by: 'window-2', role: 'clerk', at: bench.now });
    expect(bench.case.pendingOffer).toMatchObject({ to: township });
    expect(bench.take().case.receivedAt).toBe(bench.now);
    expect(bench.ask(samples.receive)?.code).toBe('case.received');
  });

  it('accepted where it was begun counts from the window, not from the kiosk', () => {
    const bench = new CaseBench('2026-03-02').do({ ...atKiosk, route: villageRoute }, resident).passDays(10);
    for (const command of [samples.accept, samples.notAccept, samples.requestSupplement, samples.deemAccepted])
      expect(bench.ask(command)?.code).toBe('case.not-received');
    bench.do(samples.receive);
    expect([bench.case.pendingOffer, bench.case.receivedAt]).toEqual([null, bench.now]);
    expect(bench.do(samples.accept).case).toMatchObject({ acceptedOn: '2026-03-12', violations: [] });
  });

  it('is begun by the applicant and by nobody else', () => {
    expect(codes(new CaseBench(), atKiosk, clerk)).toBe('case.channel');
    expect(codes(new CaseBench(), { ...atKiosk, preReview: true }, resident)).toBe('case.channel');
  });
});

describe('an application by telephone', () => {
  it('is written by the clerk who has called back, with the caller sealed', () => {
    const { callbackChecked: _left, ...unchecked } = byPhone;
    const { caller: _caller, ...nobody } = byPhone;
    expect(codes(new CaseBench(), unchecked, clerk)).toBe('case.callback-unchecked');
    expect(codes(new CaseBench(), nobody, clerk)).toBe('case.channel');
    expect(codes(new CaseBench(), byPhone, resident)).toBe('case.channel');
    expect(codes(new CaseBench(), { ...byPhone, channel: 'window' }, clerk)).toBe('request.invalid');
    const [draft] = new CaseBench().do(byPhone, clerk).drafts;
    expect(draft).toMatchObject({ version: 4, facts: { callbackChecked: true }, sealed: { caller: byPhone.caller } });
  });

  it('is not decided before the applicant or the agent has confirmed it', () => {
    const bench = new CaseBench().do(byPhone, clerk).take().do(samples.accept).do(samples.handOver).take();
    expect(bench.ask(samples.decide)?.code).toBe('case.unconfirmed');
    expect(describeProgress(bench.case).text).toContain('确认');
    expect(bench.ask({ ...samples.confirm, queryCode: '000000' })?.code).toBe('case.query-code');
    const { queryCode: _code, mandate: _mandate, ...empty } = samples.confirm;
    expect(bench.ask(empty, { role: 'agent' })?.code).toBe('mandate.required');
    expect(bench.ask(samples.confirm, { role: 'agent' })).toBeUndefined();
    bench.do(samples.confirm);
    expect(bench.case.confirmed).toMatchObject({ role: 'resident', at: bench.now });
    expect(describeProgress(bench.case).text).not.toContain('确认');
    expect(bench.ask(samples.confirm)?.code).toBe('case.confirmed');
    expect(bench.ask(samples.decide)).toBeUndefined();
    expect(submitted().ask(samples.confirm)?.code).toBe('case.confirmed');
  });

  it('is not closed on the spot either', () => {
    const item = { ...samples.submit.item, regime: 'onTheSpot' as const };
    const bench = new CaseBench().do({ ...byPhone, item, route: villageRoute }, clerk);
    expect(bench.ask(samples.handleOnTheSpot)?.code).toBe('case.unconfirmed');
    expect(bench.do(samples.confirm).ask(samples.handleOnTheSpot)).toBeUndefined();
  });
});

describe('case numbers made offline', () => {
  it('are the node’s own on every channel, and no two nodes or days make the same', () => {
    const applications = {
      window: samples.submit,
      agent: samples.submit,
      online: samples.submit,
      kiosk: atKiosk,
      phone: byPhone,
      province: samples.submit,
    };
    const roleOf = {
      window: 'clerk',
      agent: 'agent',
      online: 'resident',
      kiosk: 'resident',
      phone: 'clerk',
      province: 'system',
    } as const;
    for (const channel of Object.keys(channels) as (keyof typeof channels)[]) {
      const bench = new CaseBench('2026-03-02').do(
        { ...applications[channel], channel, sequence: 42 },
        { role: roleOf[channel] },
      );
      expect(parseCaseNumber(bench.case.number)).toEqual({
        ok: true,
        value: { division: village, date: '2026-03-02', sequence: 42 },
      });
    }
    const parts = fc.record({
      division: fc.constantFrom(village, township, district),
      date: fc.constantFrom('2026-03-02', '2026-12-31', '2027-01-01'),
      sequence: fc.integer({ min: 1, max: maxDailySequence }),
    });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.division === b.division && a.date === b.date && a.sequence === b.sequence;
        expect(makeCaseNumber(a) === makeCaseNumber(b)).toBe(same);
      }),
    );
  });
});

describe('pre-review', () => {
  const calendar = workingCalendar();

  it('never starts a clock, however long it takes', () => {
    const bench = preReviewing().passDays(90);
    expect(bench.case).toMatchObject({ status: 'preReview', receivedAt: null });
    expect(clockOf(bench.case, calendar, bench.now)).toMatchObject({ color: 'idle', step: null, promised: null });
    for (const command of [samples.accept, samples.deemAccepted, samples.requestSupplement])
      expect(bench.ask(command)?.code).toBe('case.state');
    bench.do(samples.answerPreReview).passDays(90).do(samples.applyFormally);
    expect(bench.case).toMatchObject({ status: 'submitted', receivedAt: bench.now });
    expect(clockOf(bench.case, calendar, bench.now)).toMatchObject({ step: { step: 'accept' } });
    expect(bench.do(samples.accept).case.violations).toEqual([]);
  });

  it('is answered once, with every fault', () => {
    const bench = new CaseBench().do({ ...forPreReview, attachments: [attachment('M1')] }).take();
    const answer = samples.answerPreReview;
    const ask = (changes: Partial<typeof answer>): string | undefined => bench.ask({ ...answer, ...changes })?.code;
    expect(ask({ outcome: 'pass', faults: [] })).toBe('case.material-missing');
    expect(ask({ faults: [{ material: 'M1', fault: 'unclear' }] })).toBe('case.material-missing');
    expect(ask({ faults: [{ material: 'M9', fault: 'missing' }] })).toBe('case.material-unknown');
    const missing = { material: 'M2', fault: 'missing' } as const;
    expect(ask({ faults: [missing, missing] })).toBe('request.invalid');
    expect(ask({ outcome: 'pass', faults: [missing] })).toBe('request.invalid');
    expect(ask({ outcome: 'notPass', faults: [] })).toBe('request.invalid');
    expect(ask({ faults: [missing], text: ' ' })).toBe('case.reason-required');
    bench.do({ ...answer, faults: [missing] });
    expect(bench.case.preReview).toMatchObject({ outcome: 'notPass', faults: [missing], pinned: [{ material: 'M1' }] });
    expect(bench.ask({ ...answer, faults: [missing] })?.code).toBe('case.pre-reviewed');
    expect(describeProgress(bench.case).text).toContain('共 1 项');
  });

  it('holds what passed to the file that was looked at', () => {
    const bench = preReviewed();
    const with_ = (...attachments: ReturnType<typeof attachment>[]) => ({ ...samples.applyFormally, attachments });
    expect(bench.ask(with_(attachment('M1', 'f')))?.code).toBe('case.pre-review-pinned');
    expect(bench.ask(with_(attachment('M3')))?.code).toBe('case.material-unknown');
    bench.do(with_(attachment('M2', 'd')));
    const held = bench.case.materials.map(({ material, digest }) => `${material}${digest[0]}`);
    expect(held).toEqual(['M1a', 'M2d']);
    expect(bench.case.preReview?.pinned).toEqual([{ material: 'M1', digest: 'a'.repeat(64) }]);
  });

  it('need not be waited for: whoever wants may apply with what was handed in', () => {
    const bench = preReviewing();
    expect(bench.ask({ ...samples.applyFormally, attachments: [attachment('M1', 'f')] })?.code).toBe(
      'case.material-unknown',
    );
    expect(bench.do(samples.applyFormally).case.status).toBe('submitted');
  });

  it('keeps every material that passed, whatever the faults', () => {
    const fault = fc.constantFrom(...(Object.keys(materialFaults) as (keyof typeof materialFaults)[]));
    const faults = fc.uniqueArray(fc.record({ material: fc.constantFrom('M1', 'M2', 'M3'), fault }), {
      selector: ({ material }) => material,
      minLength: 1,
    });
    fc.assert(
      fc.property(faults, (found) => {
        const bench = preReviewing().do({ ...samples.answerPreReview, faults: found });
        const renewed = found.map(({ material }) => attachment(material, 'e'));
        bench.do({ ...samples.applyFormally, attachments: renewed });
        const digests = Object.fromEntries(bench.case.materials.map(({ material, digest }) => [material, digest[0]]));
        for (const material of ['M1', 'M2'])
          expect(digests[material]).toBe(
            found.some((each) => each.material === material) ? 'e' : material === 'M1' ? 'a' : 'b',
          );
      }),
      { numRuns: 50 },
    );
  });
});

describe('special service', () => {
  it('is granted and taken away by somebody for a reason, at any time before the end', () => {
    for (const begin of [preReviewing, submitted, supplementing, accepted]) {
      const bench = begin();
      expect(bench.ask({ ...samples.markService, reason: ' ' })?.code).toBe('case.reason-required');
      expect(bench.ask({ ...samples.markService, granted: false })?.code).toBe('case.marked');
      bench.do(samples.markService, { subject: 'window-1' });
      expect(bench.case.marks).toEqual([
        { mark: 'greenChannel', by: 'window-1', role: 'clerk', division: bench.case.owner, at: bench.now },
      ]);
      expect(bench.ask(samples.markService)?.code).toBe('case.marked');
      bench.do({ ...samples.markService, mark: 'doorToDoor' }).do({ ...samples.markService, granted: false });
      expect(bench.case.marks.map(({ mark }) => mark)).toEqual(['doorToDoor']);
      expect(JSON.stringify(bench.drafts.at(-1)?.facts)).not.toContain('王秀英');
    }
  });
});

describe('materials known before', () => {
  const record = '01890000-0000-7000-8000-0000000000bb';
  const knowing = (trust: TrustLevel): CaseBench =>
    new CaseBench()
      .do({ ...samples.submit, attachments: [attachment('M1')], known: [{ material: 'M2', trust, record }] })
      .take();

  it.each<[TrustLevel, string | undefined, string | undefined]>([
    ['A', 'case.material-known', undefined],
    ['B', 'case.material-known', undefined],
    ['C', undefined, 'case.material-missing'],
    ['D', undefined, 'case.material-missing'],
  ])('of level %s: asked for again %s, accepted without %s', (trust, asked, taken) => {
    const bench = knowing(trust);
    expect(bench.ask({ ...samples.requestSupplement, materials: ['M2'] })?.code).toBe(asked);
    expect(bench.ask(samples.accept)?.code).toBe(taken);
    expect(bench.ask({ ...samples.requestSupplement, materials: ['M3'] })).toBeUndefined();
  });

  it('say in facts only that they are known, not from which case', () => {
    const [draft] = knowing('A').drafts;
    expect(draft?.facts['known']).toEqual([{ material: 'M2', trust: 'A' }]);
    expect(JSON.stringify(draft?.facts)).not.toContain(record);
    expect(draft?.sealed?.['knownFrom']).toEqual([{ material: 'M2', record }]);
  });
});

describe('another party', () => {
  it('is sealed', () => {
    const opposing = [{ name: '赵明', identityNumber: '110105194912310038' }];
    const [draft] = new CaseBench().do({ ...samples.submit, opposing }).drafts;
    expect(draft?.sealed).toMatchObject({ opposing });
    expect(JSON.stringify(draft?.facts)).not.toContain('赵明');
    expect(draft?.version).toBe(4);
  });
});
