import { profileNames, profileOf, toRecords, type CaseForExchange } from '@tongban/domain/exchange';
import type { Actor, Role } from '@tongban/kernel';
import { CaseBench, closedCase, materialNames, pinWithFees, uscc } from '../../test/case-bench.js';
import { caseForExchange } from './case-for-exchange.js';

const record = '01900000-0000-7000-8000-000000000002';
const adapted = (bench: CaseBench): CaseForExchange => ({
  ...caseForExchange({
    record,
    state: bench.case,
    entries: bench.views,
    opened: bench.opened,
    department: { name: '东港区民政局', uscc },
    materialNames,
  }),
  queryPassword: '234765',
});
const another = (bench: CaseBench, role: Role): Actor => ({ subject: 'another', role, division: bench.case.owner });
const legalBasis = '《中华人民共和国行政许可法》第四十五条';
const accepted = (): CaseBench => new CaseBench(record).submit({ item: pinWithFees }).accept();
const paused = (): CaseBench =>
  accepted().do(
    { type: 'pause', sequence: 3, procedure: 'siteSurvey', legalBasis, workingDays: 5, text: '须到住所核实' },
    'clerk',
  );
const heldIn = (from: CaseForExchange): string[] =>
  profileNames.flatMap((name) =>
    toRecords(from, profileOf[name]({ province: '37' })).held.map(({ field, code }) => `${name} ${field} ${code}`),
  );

describe('procedures of a case in the reports', () => {
  it('a special procedure is a step and a row of its own, which gets its end later', () => {
    const bench = paused();
    const open = adapted(bench);
    expect(open.steps.at(-1)).toMatchObject({ name: '现场勘验', action: 'suspended', explanation: '须到住所核实' });
    expect(open.specials).toMatchObject([{ type: 'siteSurvey', legalBasis, reason: '须到住所核实' }]);
    expect(open.specials![0]).not.toHaveProperty('endedAt');
    const closed = adapted(bench.do({ type: 'resume', result: '情况属实' }, 'clerk'));
    expect(closed.specials).toMatchObject([{ result: '情况属实', endedAt: bench.now }]);
    expect(closed.specials![0]!.endedAt).toBeGreaterThan(closed.specials![0]!.startedAt);
    expect(closed.steps).toEqual(open.steps);
    expect(heldIn(closed)).toEqual([]);
  });

  it('an extension is a special procedure where it was granted, and a step either way', () => {
    const asked = (): CaseBench =>
      accepted().do({ type: 'askExtension', days: 5, reason: '档案须向外省调取' }, 'clerk');
    const decide = { type: 'decideExtension', sequence: 4, reason: '情况复杂' } as const;
    const granted = adapted(asked().do({ ...decide, outcome: 'granted' }, 'approver'));
    expect(granted.specials).toMatchObject([{ type: 'extension', reason: '情况复杂', handlerName: '赵立' }]);
    expect(granted.steps.at(-1)).toMatchObject({ name: '延长期限审批', action: 'agreed' });
    const rejected = adapted(asked().do({ ...decide, outcome: 'rejected' }, 'approver'));
    expect(rejected.specials).toEqual([]);
    expect(rejected.steps.at(-1)).toMatchObject({ action: 'disagreed', explanation: '情况复杂' });
    expect(heldIn(granted)).toEqual([]);
  });

  it('reviews and conferences are steps with the opinion of each', () => {
    const called = accepted();
    const bench = called
      .do(
        {
          type: 'callConference',
          sequence: 5,
          departments: ['civil-affairs', 'police'],
          dueBy: '2026-03-20',
          subject: '居住地认定',
        },
        'clerk',
      )
      .do(
        { type: 'giveOpinion', department: 'civil-affairs', conclusion: 'agree', opinion: '以实际居住地为准' },
        'reviewer',
      )
      .do(
        { type: 'giveOpinion', department: 'police', conclusion: 'conditional', opinion: '须补户籍证明' },
        'reviewer',
        another(called, 'reviewer'),
      )
      .do({ type: 'concludeConference', conclusion: 'agree', summary: '按实际居住地办理' }, 'approver')
      .do({ type: 'review', sequence: 6, conclusion: 'disagree', opinion: '材料存疑' }, 'reviewer');
    const from = adapted(bench);
    expect(from.steps.slice(-4).map(({ name, action, explanation }) => [name, action, explanation])).toEqual([
      ['会审意见', 'agreed', '以实际居住地为准'],
      ['会审意见', 'agreed', '须补户籍证明'],
      ['会审', 'agreed', '按实际居住地办理'],
      ['审核', 'disagreed', '材料存疑'],
    ]);
    expect(heldIn(from)).toEqual([]);
  });

  it('a definite reply is a step of the person who decided', () => {
    const { fees: _fees, ...plain } = pinWithFees;
    const bench = new CaseBench(record).submit({ item: { ...plain, regime: 'controlled' } }).accept();
    const decision = { type: 'decide', outcome: 'approve', opinion: '同意', reply: '准予办理' } as const;
    const from = adapted(bench.do({ ...decision, sequence: 7, replySequence: 8 }, 'approver'));
    expect(from.steps.slice(-2).map(({ name, handlerName }) => [name, handlerName])).toEqual([
      ['决定', '赵立'],
      ['明确答复', '赵立'],
    ]);
    expect(heldIn(from)).toEqual([]);
  });

  it('money asked for by the unit is read as it was written', () => {
    const [line] = pinWithFees.fees;
    const bench = new CaseBench(record).submit({ item: { ...pinWithFees, fees: [{ ...line!, unit: '本' }] } });
    bench.accept().do({ type: 'issuePaymentNotice', sequence: 7 }, 'clerk');
    expect(bench.views.at(-1)).toMatchObject({ type: 'case.feeNoticed', version: 2 });
    const { number, amountFen } = bench.case.fee.notice!;
    const receipt = { method: 'provider', receiptNumber: 'SB1' } as const;
    bench.do({ type: 'confirmPayment', noticeNumber: number, amountFen, ...receipt }, 'system');
    expect(adapted(bench).fees).toMatchObject([{ event: 'paid', amountFen, noticeNumber: number, name: '工本费' }]);
  });

  it('money taken and given back are rows with their amounts, and the result says what was kept', () => {
    const bench = accepted().do({ type: 'issuePaymentNotice', sequence: 7 }, 'clerk');
    const { number, amountFen } = bench.case.fee.notice!;
    bench.do(
      {
        ...{ type: 'confirmPayment', department: 'fee-counter', noticeNumber: number, amountFen },
        ...{ method: 'counter', receiptNumber: 'PJ-0001', payer: '王秀英' },
      },
      'clerk',
      another(bench, 'clerk'),
    );
    const paid = adapted(bench);
    expect(paid.fees).toMatchObject([
      { event: 'paid', amountFen, noticeNumber: number, name: '工本费', payer: '王秀英' },
    ]);
    const refunded = adapted(
      bench.do({ type: 'refundFee', sequence: 8, reasonCode: 'overcharged', reason: '误收' }, 'approver'),
    );
    expect(refunded.fees?.map(({ event }) => event)).toEqual(['paid', 'refunded']);
    expect(heldIn(refunded)).toEqual([]);
  });

  it('what a supervisor urged and what ran out of time are records of supervision', () => {
    const bench = accepted().do({ type: 'urge', text: '请尽快办结' }, 'supervisor');
    bench.do({ type: 'urge', text: '什么时候能好' }, 'resident');
    expect(adapted(bench).supervisions).toMatchObject([{ rule: 'urged', level: 'blue', content: '请尽快办结' }]);
    const late = closedCase(record);
    const state = { ...late.case, violations: [{ kind: 'statutoryOverdue', seq: 4, at: late.now } as const] };
    const from = caseForExchange({
      ...{ record, state, entries: late.views, opened: late.opened, materialNames },
      department: { name: '东港区民政局', uscc },
    });
    expect(from.supervisions).toMatchObject([{ rule: 'statutoryOverdue', level: 'red', content: '超过法定办结时限' }]);
    const { ready } = toRecords(from, profileOf['national-json']({ province: '37' }));
    expect(ready.at(-1)).toMatchObject({
      kind: 'supervision',
      columns: { alarm_type: '3', rule_no: 'statutoryOverdue' },
    });
    expect(String(ready.at(-1)?.columns['supervise_no'])).toHaveLength(20);
  });
});
