/** Applications and ratings of the provincial portal, from the province to the case and back. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { readEntries } from '@tongban/journal';
import { PortalOffice, pdf, city, district, province, township, village } from './portal-office.js';

jest.setTimeout(180_000);

let office: PortalOffice;
let sequence = 0;
beforeAll(async () => {
  office = await PortalOffice.open();
});
afterAll(() => office.close());

const paper = (code: string) => ({
  ...{ material_code: code, file_name: `${code}.pdf`, media_type: 'application/pdf', content: pdf.toString('base64') },
});
/** Another person each time: one may have one open case of an item only. */
const passport = (): string => `E${String(10_000_000 + ++sequence)}`;
const application = (changes: object = {}) => ({
  ...{ kind: 'application', projectno: `SD-2026-${++sequence}`, catalog_code: '370500013001', area_code: township },
  ...{ applyer_type: '1', applyer_name: '欧阳𠮷祥', applyer_page_type: '414', applyer_page_code: passport() },
  ...{ contact_mobile: '13800138000', address: '海滨五路1号', apply_date: '2026-03-02T10:00:00+08:00' },
  ...{ form: {}, files: [paper('m1'), paper('m2')] },
  ...changes,
});
const caseOf = async (id: string): Promise<string> => {
  const { rows } = await sqlRows<{ record: string }>('select record from exchange_order where id = $1', id);
  return rows[0]!.record;
};
async function sqlRows<T extends object>(text: string, ...params: unknown[]): Promise<{ rows: T[] }> {
  return { rows: await office.tools.transactor.run((sql) => sql.query<T>(text, params)) };
}

describe('an application of the provincial portal', () => {
  it('becomes a case of the node it is for, sealed, and goes back under the number of the province', async () => {
    const message = application();
    const id = await office.plant(message);
    const outcome = await office.outcome(id);
    expect(outcome).toMatchObject({ outcome: 'accepted', number: expect.stringMatching(/^371102001000\d{8}/) });
    expect(outcome['querycode']).toMatch(/^\d{6}$/);
    const record = await caseOf(id);
    const state = (await office.find(record, township))!;
    expect(state).toMatchObject({
      ...{ number: outcome['number'], channel: 'province', intake: township, owner: township, status: 'submitted' },
      route: { accept: township, decide: district },
      handlers: { submitted: { subject: 'provincial-platform', role: 'system' } },
    });
    expect(state.materials).toHaveLength(2);
    const stored = await sqlRows<{ all: string }>(
      `select string_agg(t, '') as all from (select e.facts::text as t from entry e union all
         select o::text from exchange_order o union all select a::text from application_view a) x`,
    );
    for (const personal of ['欧阳', '13800138000', message.applyer_page_code, '海滨五路'])
      expect(stored.rows[0]!.all).not.toContain(personal);
    await office.act(record, township, 'clerk', 'accept', {});
    await office.until('the acceptance at the province', async () => {
      const answer = await fetch(`${office.sandbox.url}/exchange/v1/cases/${message.projectno}`);
      return answer.status === 200 && (await answer.text()).includes('accept/');
    });
    expect(await office.replies(id)).toEqual([expect.objectContaining({ outcome: 'received' }), outcome]);
  });

  it('opens for the node with its papers, and for nobody between', async () => {
    const id = await office.plant(application());
    await office.outcome(id);
    const record = await caseOf(id);
    const { sealer, transactor, attachments } = office.casework;
    const [first] = await transactor.run((sql) => readEntries(sql, township, record));
    const opened = await sealer.open(first!.sealed!, township);
    const files = opened.ok ? (opened.value['files'] as { digest: string; key: string; name: string }[]) : [];
    expect(files.map(({ name }) => name)).toEqual(['m1.pdf', 'm2.pdf']);
    expect((await attachments.open(township, files[0]!.digest, files[0]!.key)).ok).toBe(true);
    expect((await sealer.open(first!.sealed!, city)).ok).toBe(false);
  });

  it('that is sent again becomes no second case; another one under the same number is refused', async () => {
    const message = application();
    const first = await office.outcome(await office.plant(message));
    const again = await office.outcome(await office.plant(message));
    expect(again).toMatchObject({ outcome: 'accepted', number: first['number'], querycode: first['querycode'] });
    const other = await office.outcome(await office.plant({ ...message, applyer_name: '别人' }));
    expect(other).toMatchObject({ outcome: 'refused', code: 'exchange.number-used' });
    const { rows } = await sqlRows(
      'select 1 from case_view where node = $1 and number = $2',
      township,
      first['number'],
    );
    expect(rows).toHaveLength(1);
  });

  it('goes up from a village that has not been left the item, sealed for its township only then', async () => {
    const id = await office.plant(application({ area_code: village }));
    expect(await office.outcome(id)).toMatchObject({ outcome: 'accepted' });
    expect(await office.find(await caseOf(id), township)).toMatchObject({ intake: township, owner: township });
    const { rows } = await sqlRows<{ application: string }>('select application from exchange_order where id = $1', id);
    const entries = await office.tools.transactor.run((sql) => readEntries(sql, township, rows[0]!.application));
    expect(entries.map(({ type }) => type).filter((type) => type.startsWith('application.'))).toEqual([
      ...['application.filed', 'application.passedUp', 'application.accepted'],
    ]);
    expect((await office.casework.sealer.open(entries[0]!.sealed!, township)).ok).toBe(false);
  });

  it('for a division above the competent one, or of another city, goes back', async () => {
    const above = await office.outcome(await office.plant(application({ area_code: city })));
    expect(above).toMatchObject({ outcome: 'refused', code: 'delegation.intake-above' });
    const foreign = await office.outcome(await office.plant(application({ area_code: '370200000000' })));
    expect(foreign).toMatchObject({ outcome: 'refused', code: 'exchange.division' });
  });

  it.each([
    ['an unknown item', { catalog_code: '999999999999' }, 'item.unknown'],
    ['missing materials', { files: [paper('m1')] }, 'case.material-missing'],
    [
      'a material that the item does not have',
      { files: [paper('m1'), paper('m2'), paper('m9')] },
      'case.material-unknown',
    ],
    ['a bad identity number', { applyer_page_type: '111', applyer_page_code: '110105194912310021' }, 'request.invalid'],
    ['a telephone number for a name', { applyer_name: '13800138000' }, 'request.invalid'],
    ['a name of 400 characters', { applyer_name: '欧'.repeat(400) }, 'request.invalid'],
    ['a code that the list does not have', { applyer_type: '77' }, 'request.invalid'],
    ['a paper that is no PDF', { files: [paper('m1'), { ...paper('m2'), content: 'PGh0bWw+' }] }, 'attachment.type'],
    ['nothing but its kind', { projectno: undefined, applyer_name: undefined }, 'request.invalid'],
  ])('with %s is refused with a code and no case', async (_what, changes, code) => {
    const message = application(changes);
    const before = await sqlRows('select 1 from case_view where node = $1', township);
    const outcome = await office.outcome(await office.plant(message));
    expect(outcome).toMatchObject({ outcome: 'refused', code });
    expect(outcome['text']).not.toContain('13800138000');
    const after = await sqlRows('select 1 from case_view where node = $1', township);
    expect(after.rows).toHaveLength(before.rows.length);
  });

  it('that was refused may come again, mended, under its number', async () => {
    const message = application({ files: [paper('m1')] });
    expect(await office.outcome(await office.plant(message))).toMatchObject({ code: 'case.material-missing' });
    const mended = await office.plant({ ...message, files: [paper('m1'), paper('m2')] });
    expect(await office.outcome(mended)).toMatchObject({ outcome: 'accepted' });
  });

  it('waits for a node that is away, and is listed; nothing is lost when the gateway is killed', async () => {
    office.away.add(township);
    const id = await office.plant(application());
    await office.until('the filing', async () => {
      const { rows } = await sqlRows('select 1 from application_view where node = $1 and is_open', district);
      return rows.length === 1;
    });
    office.restart();
    await office.rounds(5);
    expect((await office.replies(id)).map(({ outcome }) => outcome)).toEqual(['received']);
    const { rows } = await sqlRows<{ under_way: boolean }>(
      `select a.owner <> a.state ->> 'target' as under_way from exchange_order o
         join application_view a on a.node = o.node and a.record = o.application where o.id = $1`,
      id,
    );
    expect(rows).toEqual([{ under_way: true }]);
    office.away.clear();
    expect(await office.outcome(id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is taken in once whatever the province answers', async () => {
    for (const mode of ['down', 'html', 'half', 'lost']) {
      await office.behave({ mode, count: 3 });
      const id = await office.plant(application());
      expect(await office.outcome(id)).toMatchObject({ outcome: 'accepted' });
      const { rows } = await sqlRows('select 1 from exchange_order where id = $1', id);
      expect(rows).toHaveLength(1);
      expect((await office.replies(id)).filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    }
  });
});

describe('a rating of the provincial portal', () => {
  const rating = (projectno: string, changes: object = {}) => ({
    ...{ kind: 'rating', projectno, satisfaction: '1', pf: '2', eval_detail: '510,517', assess_number: '1' },
    ...{ writing_evaluation: '等了太久', assess_time: new Date(Date.now() + 1_000).toISOString() },
    ...changes,
  });
  async function closedCase(): Promise<{ number: string; record: string }> {
    const message = application();
    const id = await office.plant(message);
    await office.outcome(id);
    const record = await caseOf(id);
    await office.act(record, township, 'clerk', 'accept', {});
    await office.act(record, township, 'clerk', 'handOver', { to: district, reason: 'toDecide' });
    await office.act(record, district, 'approver', 'decide', { outcome: 'approve', opinion: '符合条件' });
    await office.act(record, district, 'approver', 'certify', {});
    await office.until('the end of the case at the gateway', async () => {
      return (await office.find(record, province))?.status === 'closed';
    });
    return { number: message.projectno, record };
  }

  it('stands at the owner once; a second one, a late one and one of an unknown case are refused with a code', async () => {
    const { number, record } = await closedCase();
    const id = await office.plant(rating(number));
    expect(await office.outcome(id)).toMatchObject({ outcome: 'accepted' });
    expect((await office.find(record, district))!.ratings).toMatchObject([
      { level: 'veryDissatisfied', channel: 'mobile', reasonCodes: ['510', '517'] },
    ]);
    expect(await office.outcome(await office.plant(rating(number)))).toMatchObject({
      outcome: 'refused',
      code: 'case.rated',
    });
    const second = await office.outcome(await office.plant(rating(number, { assess_number: '2', pf: '1' })));
    expect(second).toMatchObject({ outcome: 'refused', code: 'case.rated' });
    const unknown = await office.outcome(await office.plant(rating(randomUUID())));
    expect(unknown).toMatchObject({ outcome: 'unknown' });
    const early = await office.outcome(
      await office.plant(rating(number, { pf: '1', assess_time: '2026-03-01T00:00:00+08:00' })),
    );
    expect(early).toMatchObject({ outcome: 'refused', code: 'case.state' });
    expect((await office.find(record, district))!.ratings).toHaveLength(1);
  });

  it('of a case that is not done, or with codes that nobody knows, changes nothing', async () => {
    const message = application();
    const id = await office.plant(message);
    await office.outcome(id);
    expect(await office.outcome(await office.plant(rating(message.projectno)))).toMatchObject({ code: 'case.state' });
    for (const changes of [
      { satisfaction: '6' },
      { pf: '7' },
      { pf: '99' },
      { eval_detail: '坏' },
      { assess_time: '昨天' },
    ])
      expect(await office.outcome(await office.plant(rating(message.projectno, changes)))).toMatchObject({
        ...{ outcome: 'refused', code: 'request.invalid' },
      });
    expect((await office.find(await caseOf(id), township))!.ratings).toEqual([]);
  });
});
