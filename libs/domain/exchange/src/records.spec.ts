import fc from 'fast-check';
import { closedCase, minutesAfter, shandong } from './case.fixture.js';
import type { CaseForExchange } from './case-for-exchange.js';
import { contentDigest, toRecords } from './records.js';

const keys = (from: CaseForExchange): string[] => toRecords(from, shandong).ready.map(({ businessKey }) => businessKey);
const columns = (from: CaseForExchange, kind: string): Record<string, string | number> => ({
  ...toRecords(from, shandong).ready.find((record) => record.kind === kind)?.columns,
});
const holds = (from: CaseForExchange): string[] =>
  toRecords(from, shandong).held.map(({ field, code }) => `${field}:${code}`);
const { acceptance: _acceptance, closing: _closing, rating: _rating, ...submitted } = closedCase;
const applicant = closedCase.dossier.applicant;
const withApplicant = (changes: Partial<typeof applicant>): CaseForExchange => ({
  ...closedCase,
  dossier: { ...closedCase.dossier, applicant: { ...applicant, ...changes } },
});

describe('records of a case', () => {
  it('come in the order the province wants', () => {
    const { number } = closedCase;
    expect(toRecords(closedCase, shandong).held).toEqual([]);
    expect(keys(closedCase)).toEqual([
      `accept/${number}`,
      `process/${number}/1`,
      `process/${number}/2`,
      `material/${number}/1`,
      `result/${number}`,
      `rating/${number}/1`,
    ]);
  });

  it('carry the national columns with the codes of the profile', () => {
    expect(columns(closedCase, 'accept')).toMatchObject({
      project_no: closedCase.number,
      data_source: '137',
      catalog_code: '370113002000',
      project_type: '2',
      apply_type: '0',
      apply_date: '20260302T090000',
      accept_date: '20260302T093000',
      promise_date: '20260309',
      applyer_type: '1',
      applyer_page_type: '111',
      contact_name: '张建国',
      contact_mobile: '13906330002',
      task_version: 3,
    });
    expect(columns(closedCase, 'result')).toMatchObject({ result_type: '0', is_delivery_results: '1' });
  });

  it('say the best rating as 1 in the result and 5 in the rating', () => {
    expect(columns(closedCase, 'result')['satisfaction']).toBe('1');
    expect(columns(closedCase, 'rating')).toMatchObject({ satisfaction: '5', promise_time: '1', pf: '3' });
  });

  it('take codes of 12 and 31 characters, not the printed 10 and 24', () => {
    const short = {
      ...closedCase,
      item: { ...closedCase.item, basicCode: '3701130020', implementationCode: '1'.repeat(24) },
    };
    expect(holds(short)).toEqual(['catalog_code:length', 'task_code:length', 'task_code:length']);
  });

  it('leave out a due date counted over an unpublished calendar', () => {
    const provisional = { ...closedCase, promisedDue: { date: '2027-01-08', provisional: true } };
    expect(columns(provisional, 'accept')).not.toHaveProperty('promise_date');
    expect(toRecords(provisional, shandong).held).toEqual([]);
  });

  it('end a step where it began when it has no end', () => {
    const first = columns(closedCase, 'process');
    expect(first['event_end_time']).toBe(first['event_start_time']);
  });

  it('keep a landline out of the mobile column', () => {
    const { agent: _agent, ...dossier } = closedCase.dossier;
    const landline = { ...closedCase, dossier: { ...dossier, applicant: { ...applicant, phone: '0633-8781234' } } };
    expect(columns(landline, 'accept')).not.toHaveProperty('contact_mobile');
    expect(toRecords(landline, shandong).held).toEqual([]);
  });

  it('start with the acceptance: nothing is due before it', () => {
    expect(toRecords(submitted, shandong)).toEqual({ ready: [], held: [] });
    expect(contentDigest([])).toBeNull();
  });
});

describe('what is held', () => {
  it('is everything of a case closed without any decision on its acceptance', () => {
    const withdrawn: CaseForExchange = {
      ...submitted,
      steps: [],
      closing: { type: 'returned', at: minutesAfter(5), delivery: 'notDelivered', explanation: '不再办理' },
    };
    const { ready, held } = toRecords(withdrawn, shandong);
    expect(ready).toEqual([]);
    expect(held).toMatchObject([
      { kind: 'accept', field: 'accept_date', code: 'missing', message: '受理时间（accept_date）未填写，须补录后再报' },
    ]);
  });

  it('is a step without an opinion, and what follows it, but not what came before', () => {
    const [first, second] = closedCase.steps;
    const { explanation: _explanation, ...silent } = second!;
    const from = { ...closedCase, steps: [first!, silent] };
    expect(holds(from)).toEqual(['handle_explain:missing']);
    expect(keys(from).map((key) => key.split('/')[0])).toEqual(['accept', 'process', 'material']);
  });

  it('is white space where a value belongs', () => {
    expect(holds(withApplicant({ name: '　 ' }))).toEqual(['applyer_name:missing', 'user_name:missing']);
  });

  it('counts characters and bytes apart', () => {
    const rare = '𠮷';
    expect(holds(withApplicant({ name: '李'.repeat(100) }))).toEqual([]);
    expect(holds(withApplicant({ name: '李'.repeat(101) }))).toContain('applyer_name:tooManyCharacters');
    expect(holds(withApplicant({ name: rare.repeat(75) }))).toEqual([]);
    expect(holds(withApplicant({ name: rare.repeat(76) }))).toContain('applyer_name:tooManyBytes');
  });

  it('is a character no database takes', () => {
    expect(holds(withApplicant({ address: '望海路\u0000' }))).toEqual(['address:characters']);
    expect(holds(withApplicant({ address: '望海路\ud83d' }))).toEqual(['address:characters']);
    expect(holds(withApplicant({ address: '望海路\n1 号' }))).toEqual([]);
  });

  it('is a meaning the list does not have', () => {
    const rating = { ...closedCase.rating!, channel: 'paper' as const };
    expect(holds({ ...closedCase, rating })).toEqual(['pf:noCode']);
    const closing = { ...closedCase.closing!, type: 'finished' as const };
    expect(keys({ ...closedCase, closing }).some((key) => key.startsWith('rating/'))).toBe(false);
  });

  it('is a number whose check character is wrong', () => {
    expect(holds(withApplicant({ identityNumber: '110105194912310021' }))).toEqual(['applyer_page_code:check']);
    const company = {
      ...withApplicant({ identityNumber: '91350100M000100Y43' }),
      identityType: 'usccOrganisation' as const,
    };
    expect(holds(company)).toEqual([]);
    const department = { ...closedCase.department, uscc: '115113010087781830' };
    expect(holds({ ...closedCase, department })).toEqual(['org_code:check']);
  });

  it('is time that runs backwards', () => {
    const early = { ...closedCase, acceptance: { ...closedCase.acceptance!, at: minutesAfter(-1) } };
    expect(holds(early)).toEqual(['accept_date:timeOrder']);
    const steps = [...closedCase.steps].reverse();
    expect(holds({ ...closedCase, steps })).toEqual(['event_start_time:timeOrder']);
    const closing = { ...closedCase.closing!, at: minutesAfter(10) };
    expect(holds({ ...closedCase, closing })).toEqual(['result_date:timeOrder']);
  });
});

describe('every record that is ready', () => {
  const word = fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 130 }), fc.constant('𠮷'.repeat(80)));

  it('has all compulsory columns within their widths, whatever the case says', () => {
    fc.assert(
      fc.property(word, word, word, fc.nat(3), (name, explanation, certificate, stepCount) => {
        const from: CaseForExchange = {
          ...withApplicant({ name }),
          steps: closedCase.steps.slice(0, stepCount).map((step) => ({ ...step, explanation })),
          closing: { ...closedCase.closing!, certificate: { name: certificate, number: certificate } },
        };
        for (const record of toRecords(from, shandong).ready)
          for (const column of shandong.layouts[record.kind]!.columns) {
            const value = record.columns[column.name];
            if (value === undefined) expect(column.mandatory).toBe(false);
            else expect([...String(value)].length).toBeLessThanOrEqual(column.width);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its business key and row when other content changes', () => {
    const changed = toRecords(withApplicant({ address: '望海路 1 号' }), shandong).ready;
    const before = toRecords(closedCase, shandong).ready;
    expect(changed.map(({ columns: c }) => c['row_guid'])).toEqual(before.map(({ columns: c }) => c['row_guid']));
    expect(contentDigest(changed)).not.toBe(contentDigest(before));
    expect(contentDigest(toRecords(structuredClone(closedCase), shandong).ready)).toBe(contentDigest(before));
  });
});
