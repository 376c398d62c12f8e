/** What the province sends down over gRPC and in the tables of its front-end databases becomes the same as over HTTPS. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { PortalOffice, pdf, township } from './portal-office.js';

jest.setTimeout(180_000);

const paper = (code: string) => ({
  ...{ material_code: code, file_name: `${code}.pdf`, media_type: 'application/pdf', content: pdf.toString('base64') },
});
const application = (number: string, changes: object = {}) => ({
  ...{ kind: 'application', projectno: number, catalog_code: '370500013001', area_code: township },
  ...{
    applyer_type: '1',
    applyer_name: '欧阳𠮷祥',
    applyer_page_type: '414',
    applyer_page_code: `E${number.slice(-8)}`,
  },
  ...{ contact_mobile: '13800138000', address: '海滨五路1号', apply_date: '2026-03-02T10:00:00+08:00' },
  ...{ form: {}, files: [paper('m1'), paper('m2')] },
  ...changes,
});
const newNumber = (): string =>
  `SD${String(Date.now())}${String(Math.floor(Math.random() * 1_000_000)).padStart(6, '0')}`;

describe.each(['national-grpc', 'national-database', 'shandong-database'] as const)('%s', (profile) => {
  let office: PortalOffice;
  beforeAll(async () => {
    office = await PortalOffice.open(profile);
  });
  afterAll(() => office.close());

  it('brings an application with its papers to its node and answers it once', async () => {
    const number = newNumber();
    const id = await office.plant(application(number));
    const outcome = await office.outcome(id);
    expect(outcome).toMatchObject({ outcome: 'accepted', number: expect.stringMatching(/^371102001000/) });
    expect(outcome['querycode']).toMatch(/^\d{6}$/);
    const { rows } = await records(office, id);
    const state = await office.find(rows[0]!.record, township);
    expect(state).toMatchObject({ channel: 'province', intake: township, materials: [{}, {}] });
    const again = await office.outcome(await office.plant(application(number)));
    expect(again).toMatchObject({ number: outcome['number'] });
    expect((await office.replies(id)).filter((reply) => reply['outcome'] === 'accepted')).toHaveLength(1);
  });

  it('answers what is wrong with a code, and what it does not know', async () => {
    const longName = await office.plant(application(newNumber(), { applyer_name: '欧'.repeat(400) }));
    const phoneName = await office.plant(application(newNumber(), { applyer_name: '13800138000' }));
    const missing = await office.plant(application(newNumber(), { files: [] }));
    const rating = await office.plant({
      ...{
        kind: 'rating',
        projectno: randomUUID(),
        satisfaction: '5',
        pf: '1',
        assess_time: '2026-03-02T10:00:00+08:00',
      },
    });
    const order = await office.plant({
      ...{ kind: 'supervision', projectno: randomUUID(), content: '请核实', issued: '2026-03-02T10:00:00+08:00' },
      due: '2026-03-09',
    });
    expect(await office.outcome(longName)).toMatchObject({ outcome: 'refused', code: 'request.invalid' });
    expect(await office.outcome(phoneName)).toMatchObject({ outcome: 'refused', code: 'request.invalid' });
    expect(await office.outcome(missing)).toMatchObject({ outcome: 'refused', code: 'case.material-missing' });
    expect(await office.outcome(rating)).toMatchObject({ outcome: 'unknown' });
    expect(await office.outcome(order)).toMatchObject({ outcome: 'unknown' });
  });

  if (profile === 'national-grpc')
    it('loses nothing while the platform is down, hangs up or breaks off', async () => {
      for (const mode of ['down', 'lost', 'half', 'html']) {
        await office.behave({ mode, count: 3 });
        const id = await office.plant(application(newNumber()));
        expect(await office.outcome(id)).toMatchObject({ outcome: 'accepted' });
      }
    });
  else
    it('tries an answer again that the table does not take, as with an extra mandatory column', async () => {
      const front = new pg.Pool({ connectionString: office.frontUrl, max: 1 });
      const reply = profile === 'national-database' ? 'UP_DN_REPLY' : 'EA_JC_DN_REPLY';
      await front.query(`alter table ${reply} add column extra_code integer`);
      await front.query(`update ${reply} set extra_code = 1`);
      await front.query(`alter table ${reply} alter column extra_code set not null`);
      const id = await office.plant(application(newNumber()));
      await office.rounds(4);
      expect(await office.replies(id)).toEqual([]);
      await front.query(`alter table ${reply} drop column extra_code`);
      expect(await office.outcome(id)).toMatchObject({ outcome: 'accepted' });
      await front.end();
    });
});

const records = async (office: PortalOffice, id: string) => ({
  rows: await office.tools.transactor.run((sql) =>
    sql.query<{ record: string }>('select record from exchange_order where id = $1', [id]),
  ),
});
