import {
  accepted,
  approved,
  CaseBench,
  certified,
  refusal,
  samples,
  submitted,
  supplementing,
} from './case.fixture.js';
import { parseDocumentNumber } from './numbers.js';

describe('decide', () => {
  it('approves', () => {
    const bench = accepted().do(samples.decide);
    expect(bench.case).toMatchObject({ status: 'approved', closing: null, decision: { outcome: 'approve' } });
    expect(parseDocumentNumber(bench.case.decision?.documentNumber ?? '')).toMatchObject({ value: { kind: 'JD' } });
    expect(bench.case.handlers.decided?.role).toBe('approver');
  });

  it('refuses with reason, basis and remedies only', () => {
    const bench = accepted();
    const { reasonCode: _code, ...withoutCode } = refusal;
    expect(bench.ask(withoutCode)?.code).toBe('case.reason-required');
    for (const blank of ['reason', 'legalBasis', 'remedies'])
      expect(bench.ask({ ...refusal, [blank]: ' ' })?.code).toBe('case.reason-required');
    bench.do(refusal);
    expect(bench.case).toMatchObject({
      status: 'closed',
      closing: 'refused',
      decision: { reasonCode: 'conditionsNotMet', legalBasis: refusal.legalBasis, remedies: refusal.remedies },
    });
    expect(bench.drafts.at(-1)?.sealed).toEqual({ opinion: refusal.opinion, reason: refusal.reason });
  });

  it('closes at once where there is nothing to make', () => {
    const item = { ...samples.submit.item, resultKind: 'none' as const, resultName: '' };
    const bench = new CaseBench().do({ ...samples.submit, item }).take();
    bench.do(samples.accept).do(samples.handOver).take().do(samples.decide);
    expect(bench.case).toMatchObject({ status: 'closed', closing: 'approved', certificate: null });
  });
});

describe('certify', () => {
  it('makes the certificate and closes', () => {
    const bench = approved().do({ ...samples.certify, validTo: '2031-03-01' });
    expect(bench.case).toMatchObject({
      status: 'closed',
      closing: 'certified',
      certificate: { resultName: '高龄津贴证', validFrom: '2026-03-02', validTo: '2031-03-01' },
    });
    expect(parseDocumentNumber(bench.case.certificate?.number ?? '')).toMatchObject({ value: { kind: 'ZS' } });
    expect(approved().ask({ ...samples.certify, validTo: '2026-03-01' })?.code).toBe('request.invalid');
  });
});

describe('withdraw', () => {
  it('closes what has not been decided', () => {
    for (const open of [submitted, supplementing, accepted])
      expect(open().do(samples.withdraw).case).toMatchObject({ status: 'closed', closing: 'withdrawn' });
    expect(approved().ask(samples.withdraw)?.code).toBe('case.state');
    expect(certified().ask(samples.withdraw)?.code).toBe('case.closed');
    expect(submitted().ask({ ...samples.withdraw, reason: '' })?.code).toBe('case.reason-required');
  });
});
