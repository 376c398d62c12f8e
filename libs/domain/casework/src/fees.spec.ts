import { localDate } from '@tongban/domain/calendar';
import fc from 'fast-check';
import {
  acceptedWith,
  approved,
  CaseBench,
  controlledDecision,
  dayMs,
  district,
  fees,
  morningOf,
  noticed,
  onTheSpot,
  paid,
  paymentOf,
  refusal,
  samples,
  submittedWith,
  township,
} from './case.fixture.js';
import { billedLines, feeCounterDepartment } from './fees.js';
import type { FeeLine } from './fields.js';
import type { FeeMovementKind } from './procedure-codes.js';
import { settle, type SettledMovement } from './settlement.js';

describe('payment notice', () => {
  it('is the sum of the published standards', () => {
    const bench = noticed();
    expect(bench.case.fee).toMatchObject({ status: 'noticed', notice: { amountFen: 1500, issuedBy: 'window' } });
    expect(bench.case.fee.notice?.number).toMatch(/^JK/);
    expect(bench.case.fee.movements).toMatchObject([{ kind: 'noticed', amountFen: 1500, on: '2026-03-02' }]);
    const some = acceptedWith({ fees }).do({ ...samples.issuePaymentNotice, projects: [{ code: 'photo' }] });
    expect(some.case.fee.notice).toMatchObject({ amountFen: 500, lines: [{ code: 'photo', basis: fees[1]?.basis }] });
  });

  it('counts units of the standard, each project once, and stays below the largest sum', () => {
    const ask = (...projects: { code: string; quantity?: number }[]) => ({ ...samples.issuePaymentNotice, projects });
    const bench = acceptedWith({ fees });
    expect(bench.ask(ask({ code: 'photo', quantity: 2 }, { code: 'photo' }))?.code).toBe('request.invalid');
    const dear = [{ ...fees[0]!, amountFen: 1_000_000 }];
    expect(acceptedWith({ fees: dear }).ask(ask({ code: 'certificate', quantity: 20_000 }))?.code).toBe('fee.amount');
    bench.do(ask({ code: 'photo', quantity: 3 }, { code: 'certificate' }), { subject: 'window' });
    expect(bench.case.fee.notice).toMatchObject({ amountFen: 2500, lines: [{ quantity: 1 }, { quantity: 3 }] });
    expect(bench.do(paymentOf(bench)).case.fee.status).toBe('paid');
  });

  const perUse = [
    { code: 'residential', name: '登记费（住宅）', amountFen: 8000, basis: '发改价格规〔2016〕2559号', unit: '件' },
    { code: 'other', name: '登记费（非住宅）', amountFen: 55_000, basis: '发改价格规〔2016〕2559号', unit: '件' },
  ].map((line) => ({ ...line, choice: 'use', maxQuantity: 1 }));
  const copy = { code: 'copy', name: '工本费', amountFen: 1000, basis: '发改价格规〔2016〕2559号', unit: '本' };
  const measured = { ...copy, measured: true, maxQuantity: 20 };

  it.each<[string, readonly { code: string; quantity?: number }[] | undefined, string | number]>([
    ['nothing chosen', undefined, 'fee.choice'],
    ['one of a choice', [{ code: 'residential' }], 8000],
    ['both of a choice', [{ code: 'residential' }, { code: 'other' }], 'fee.choice'],
    ['more than the standard allows', [{ code: 'other', quantity: 2 }], 'fee.choice'],
    ['a measured project without its measure', [{ code: 'copy' }], 'fee.choice'],
    ['too much of a measured project', [{ code: 'copy', quantity: 21 }], 'fee.choice'],
    ['a choice and a measure', [{ code: 'copy', quantity: 20 }, { code: 'other' }], 75_000],
  ])('counts by the unit: %s', (_, projects, expected) => {
    const bench = acceptedWith({ fees: [...perUse, measured] });
    const command = { ...samples.issuePaymentNotice, ...(projects === undefined ? {} : { projects: [...projects] }) };
    const refused = bench.ask(command);
    if (typeof expected === 'string') expect(refused?.code).toBe(expected);
    else expect(bench.do(command).case.fee.notice?.amountFen).toBe(expected);
  });

  it('says in a new version of the entry what the first releases cannot read, and nothing else', () => {
    const bench = acceptedWith({ fees: [measured] });
    bench.do({ ...samples.issuePaymentNotice, projects: [{ code: 'copy', quantity: 2 }] });
    expect([bench.drafts[0], bench.drafts.at(-1)].map((draft) => [draft?.type, draft?.version])).toEqual([
      ['case.submitted', 3],
      ['case.feeNoticed', 2],
    ]);
    expect(bench.drafts.at(-1)?.facts['lines']).toEqual([{ ...copy, quantity: 2 }]);
    const first = noticed().drafts;
    expect([first[0], first.at(-1)].map((draft) => draft?.version)).toEqual([2, 1]);
  });

  it('is what an exemption of a measured fee is granted on', () => {
    const bench = acceptedWith({ fees: [measured] });
    expect(bench.ask(samples.exemptFee)?.code).toBe('fee.not-noticed');
    bench.do({ ...samples.issuePaymentNotice, projects: [{ code: 'copy', quantity: 3 }] }, { subject: 'window' });
    expect(bench.do(samples.exemptFee).case.fee.movements.at(-1)).toMatchObject({ kind: 'exempted', amountFen: 3000 });
  });

  it('never bills beyond the standards: any choice against a naive sum', () => {
    const standards: FeeLine[] = [...perUse, measured, copy].map((line, at) => ({
      ...line,
      code: `${line.code}${at}`,
    }));
    const asked = fc.uniqueArray(
      fc.record({
        code: fc.constantFrom(...standards.map(({ code }) => code)),
        quantity: fc.integer({ min: 1, max: 25 }),
      }),
      { selector: ({ code }) => code, minLength: 1 },
    );
    fc.assert(
      fc.property(asked, (projects) => {
        const lines = billedLines(standards, projects);
        const priceOf = (code: string) => standards.find((line) => line.code === code)!;
        const uses = projects.filter(({ code }) => priceOf(code).choice !== undefined).length;
        const tooMany = projects.some(({ code, quantity }) => {
          const line = priceOf(code);
          return line.maxQuantity !== undefined && quantity > line.maxQuantity;
        });
        if (uses > 1 || tooMany) return expect(lines).toMatchObject({ ok: false, refusal: { code: 'fee.choice' } });
        const naive = projects.reduce((sum, { code, quantity }) => sum + priceOf(code).amountFen * quantity, 0);
        expect(lines.ok && lines.value.reduce((sum, line) => sum + line.amountFen * line.quantity, 0)).toBe(naive);
      }),
    );
  });

  it('is not issued without a standard, twice, or for a project that the item does not have', () => {
    expect(acceptedWith({}).ask(samples.issuePaymentNotice)?.code).toBe('fee.none');
    expect(noticed().ask(samples.issuePaymentNotice)?.code).toBe('fee.noticed');
    expect(paid().ask(samples.issuePaymentNotice)?.code).toBe('fee.settled');
    const other = { ...samples.issuePaymentNotice, projects: [{ code: 'rush' }] };
    expect(acceptedWith({ fees }).ask(other)?.code).toBe('fee.none');
  });

  it('stays on the books of the node that issued it, wherever the case goes', () => {
    const bench = submittedWith({ fees }).do(samples.accept).do(samples.issuePaymentNotice, { subject: 'window' });
    bench.do(samples.handOver).take().do(paymentOf(bench));
    expect(bench.case.fee.movements).toMatchObject([
      { kind: 'noticed', collector: township, at: township },
      { kind: 'paid', collector: township, at: district },
    ]);
    bench.do(samples.refundFee).do(samples.issuePaymentNotice).do(refusal);
    expect(bench.case.fee.movements.map(({ collector }) => collector)).toEqual([
      ...[township, township, township, district, district],
    ]);
  });

  it('is void when the case ends unpaid', () => {
    const { fee } = noticed().do(refusal).case;
    expect(fee).toMatchObject({ status: 'unbilled', notice: null });
    expect(fee.movements.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['noticed', 1500],
      ['voided', 1500],
    ]);
  });
});

describe('payment', () => {
  it('is confirmed at the fee counter, by another than who issued the notice, once and in full', () => {
    const bench = noticed();
    const payment = paymentOf(bench);
    const { department: _none, ...elsewhere } = payment;
    expect(bench.ask(elsewhere)?.code).toBe('fee.counter');
    expect(bench.ask({ ...payment, department: 'civil-affairs' })?.code).toBe('fee.counter');
    expect(bench.ask({ ...payment, method: 'provider' })?.code).toBe('fee.counter');
    expect(bench.ask(payment, { subject: 'window' })?.code).toBe('case.same-person');
    expect(bench.ask({ ...payment, amountFen: 1400 })?.code).toBe('fee.amount');
    expect(bench.ask({ ...payment, noticeNumber: 'JK-1' })?.code).toBe('fee.not-noticed');
    expect(acceptedWith({ fees }).ask(samples.confirmPayment)?.code).toBe('fee.not-noticed');
    bench.do(payment);
    expect(bench.case.fee).toMatchObject({ status: 'paid' });
    expect(bench.case.fee.movements.at(-1)).toMatchObject({
      kind: 'paid',
      documentNumber: 'PJ-0001',
      method: 'counter',
    });
    expect(bench.drafts.at(-1)?.sealed).toEqual({ payer: '王秀英' });
    expect(bench.ask(payment)?.code).toBe('fee.settled');
  });

  it('online is confirmed by the system alone', () => {
    const online = { ...paymentOf(noticed()), method: 'provider' } as const;
    expect(noticed().ask(online, { role: 'system' })).toBeUndefined();
    expect(noticed().ask(samples.confirmPayment, { role: 'system' })?.code).toBe('fee.counter');
  });

  it('comes before the certificate, and before a decision that leaves no paper', () => {
    expect(noticed().do(samples.decide).ask(samples.certify)?.code).toBe('fee.unpaid');
    expect(acceptedWith({ regime: 'feeCounter' }).do(samples.decide).ask(samples.certify)?.code).toBe('fee.unpaid');
    expect(paid().do(samples.decide).do(samples.certify).case.closing).toBe('certified');
    const paperless = { resultKind: 'none', resultName: '', fees } as const;
    expect(acceptedWith(paperless).ask(samples.decide)?.code).toBe('fee.unpaid');
    expect(acceptedWith(paperless).ask(refusal)).toBeUndefined();
    expect(approved().ask(samples.certify)).toBeUndefined();
    expect(onTheSpot({ fees }).ask(samples.handleOnTheSpot)?.code).toBe('fee.unpaid');
  });
});

describe('exemption and refund', () => {
  it('exempts with a basis, before or after the notice', () => {
    const bench = noticed();
    expect(bench.ask({ ...samples.exemptFee, legalBasis: '' })?.code).toBe('case.reason-required');
    expect(bench.ask(samples.exemptFee, { subject: 'window' })?.code).toBe('case.same-person');
    expect(acceptedWith({}).ask(samples.exemptFee)?.code).toBe('fee.none');
    bench.do(samples.exemptFee);
    expect(bench.case.fee.movements.at(-1)).toMatchObject({ kind: 'exempted', amountFen: 1500 });
    expect(bench.ask(paymentOf(bench))?.code).toBe('fee.settled');
    const early = acceptedWith({ regime: 'feeCounter' }).do(samples.exemptFee).do(samples.decide).do(samples.certify);
    expect(early.case.fee.movements).toMatchObject([{ kind: 'exempted', noticeNumber: null, amountFen: 0 }]);
  });

  it('refunds what was paid, by another than the cashier, also after the end', () => {
    const bench = paid().do(refusal);
    expect(bench.ask(samples.refundFee, { subject: 'cashier' })?.code).toBe('case.same-person');
    expect(bench.ask({ ...samples.refundFee, reason: ' ' })?.code).toBe('case.reason-required');
    bench.do(samples.refundFee);
    expect(bench.case).toMatchObject({ status: 'closed', fee: { status: 'unbilled' } });
    expect(bench.ask(samples.refundFee)?.code).toBe('fee.not-noticed');
    expect(paid().do(samples.refundFee).do(samples.issuePaymentNotice).case.fee.status).toBe('noticed');
  });
});

describe('settlement', () => {
  const day = '2026-03-02';
  it('shows one day of a window, balanced', () => {
    const movements = [noticed(), paid(), paid().do(samples.refundFee), noticed().do(samples.exemptFee)].flatMap(
      ({ case: { fee } }, index) =>
        fee.movements.map((moved) => ({ ...moved, noticeNumber: `${moved.noticeNumber ?? ''}#${index}` })),
    );
    expect(settle(day, movements)).toMatchObject({
      opening: { count: 0 },
      totals: {
        noticed: { count: 4, amountFen: 6000 },
        paid: { count: 2, amountFen: 3000 },
        exempted: { count: 1, amountFen: 1500 },
        refunded: { count: 1, amountFen: 1500 },
      },
      byMethod: { counter: { count: 2 }, provider: { count: 0 } },
      closing: { count: 1, amountFen: 1500 },
      netFen: 1500,
      balanced: true,
    });
    expect(settle('2026-03-03', movements)).toMatchObject({ opening: { count: 1 }, closing: { count: 1 }, netFen: 0 });
  });

  const life = fc.record({
    amountFen: fc.integer({ min: 1, max: 1_000_000 }),
    start: fc.integer({ min: 1, max: 9 }),
    end: fc.option(
      fc.record({
        kind: fc.constantFrom<FeeMovementKind>('paid', 'exempted', 'voided'),
        after: fc.nat({ max: 5 }),
        refundAfter: fc.option(fc.nat({ max: 5 })),
      }),
    ),
  });
  it('balances every day, and each day opens as the day before closed', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 40 }), (lives) => {
        const on = (number: number): string => `2026-03-${String(number).padStart(2, '0')}`;
        const movements = lives.flatMap(({ amountFen, start, end }, index): SettledMovement[] => {
          const base = { noticeNumber: `N${index}`, documentNumber: null, method: null, amountFen };
          const moved = (kind: FeeMovementKind, day: number): SettledMovement => ({ ...base, kind, on: on(day) });
          const ends = end === null ? [] : [moved(end.kind, start + end.after)];
          const refund = end?.kind === 'paid' ? end.refundAfter : null;
          const back = end === null || refund === null ? [] : [moved('refunded', start + end.after + refund)];
          return [moved('noticed', start), ...ends, ...back];
        });
        let before = { count: 0, amountFen: 0 };
        for (let number = 1; number <= 20; number++) {
          const sheet = settle(on(number), movements);
          expect(sheet.balanced).toBe(true);
          expect(sheet.opening).toEqual(before);
          before = sheet.closing;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('balances over random lives of cases, and nets what a cash box would hold', () => {
    const commands = ['notice', 'pay', 'exempt', 'refund', 'refuse'] as const;
    const step = fc.record({ on: fc.nat(3), what: fc.constantFrom(...commands), days: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const benches = [0, 1, 2, 3].map(() => acceptedWith({ fees }));
        const boxes = new Map<string, number>();
        let days = 0;
        let sequence = 0;
        for (const { on, what, days: passed } of steps) {
          days = Math.min(days + passed, 4);
          const bench = benches[on]!;
          const at = morningOf('2026-03-02') + days * dayMs;
          const command = {
            notice: { ...samples.issuePaymentNotice, sequence: ++sequence },
            ...{ exempt: samples.exemptFee, refund: samples.refundFee, refuse: refusal, pay: paymentOf(bench) },
          }[what];
          const by = { subject: what, at, now: at };
          if (bench.ask(command, by) !== undefined) continue;
          bench.do(command, by);
          const day = localDate(at);
          if (what === 'pay') boxes.set(day, (boxes.get(day) ?? 0) + 1500);
          if (what === 'refund') boxes.set(day, (boxes.get(day) ?? 0) - 1500);
        }
        const movements = benches.flatMap(({ case: { fee } }, index) =>
          fee.movements.map((moved) => ({
            ...moved,
            noticeNumber: moved.noticeNumber === null ? null : `${moved.noticeNumber}#${index}`,
          })),
        );
        let before = { count: 0, amountFen: 0 };
        for (let number = 0; number <= 4; number++) {
          const day = localDate(morningOf('2026-03-02') + number * dayMs);
          const sheet = settle(day, movements);
          expect(sheet.balanced).toBe(true);
          expect(sheet.opening).toEqual(before);
          expect(sheet.netFen).toBe(boxes.get(day) ?? 0);
          before = sheet.closing;
        }
      }),
    );
  });

  it('does not balance when a line is missing or doubled', () => {
    const whole = paid().case.fee.movements;
    expect(settle(day, whole.slice(1)).balanced).toBe(false);
    expect(settle(day, [...whole, whole[1]!]).balanced).toBe(false);
  });
});

describe('regimes', () => {
  it('on the spot: one command, one person, four entries, each with its document', () => {
    const bench = onTheSpot().do(samples.handleOnTheSpot, { subject: 'one' });
    expect(bench.drafts.map(({ type }) => type).slice(1)).toEqual([
      ...['case.accepted', 'case.decided', 'case.certified', 'case.delivered'],
    ]);
    expect(bench.case).toMatchObject({
      status: 'closed',
      closing: 'certified',
      delivered: { method: 'window' },
      handlers: { accepted: { subject: 'one' }, decided: { subject: 'one' }, certified: { subject: 'one' } },
    });
    expect([1, 2, 3, 4].map((index) => bench.drafts[index]?.sealed?.['handlerName'])).toEqual([
      ...[undefined, '王敏', '王敏', '王敏'],
    ]);
    const paperless = onTheSpot({ resultKind: 'none', resultName: '' }).do(samples.handleOnTheSpot);
    expect(paperless.case).toMatchObject({ closing: 'approved', delivered: { method: 'window' } });
  });

  it('on the spot needs the regime and the whole route here', () => {
    expect(onTheSpot({ regime: 'promised' }).ask(samples.handleOnTheSpot)?.code).toBe('case.regime');
    const item = { ...samples.submit.item, regime: 'onTheSpot' } as const;
    const away = new CaseBench().do({ ...samples.submit, item }).take();
    expect(away.ask(samples.handleOnTheSpot)?.code).toBe('case.power');
    const missing = { ...samples.handleOnTheSpot, catalogue: { known: ['M1'], required: ['M9'] } };
    expect(onTheSpot().ask(missing)?.code).toBe('case.material-missing');
  });

  it('controlled: no decision without a numbered definite reply', () => {
    const bench = acceptedWith({ regime: 'controlled' });
    expect(bench.ask(samples.decide)?.code).toBe('case.reason-required');
    expect(bench.ask({ ...controlledDecision, outcome: 'refuse' })?.code).toBe('case.reason-required');
    const definite = { ...refusal, reply: '不予准予及救济途径', replySequence: 3 };
    expect(bench.ask(refusal)?.code).toBe('case.reason-required');
    bench.do(definite);
    expect(bench.case).toMatchObject({ closing: 'refused', reply: { outcome: 'refuse' } });
    expect(bench.case.reply?.documentNumber).toMatch(/^DF/);
    expect(acceptedWith({}).do(controlledDecision).case.reply).toBeNull();
  });

  it('fee counter: the department of the token is what makes a cashier', () => {
    expect(feeCounterDepartment).toBe('fee-counter');
    const bench = acceptedWith({ regime: 'feeCounter', fees }).do(samples.issuePaymentNotice, { subject: 'window' });
    bench.do(samples.decide).do(paymentOf(bench)).do(samples.certify);
    expect(bench.case.closing).toBe('certified');
  });
});
