import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { advanceJoint, jointBinding, type JointTools } from '@tongban/feature/joint';
import { begin, branchOf, clerk, closeDesk, codeOf, jointOf, office, openDesk, opening, watch } from './joint-desk.js';
import { district } from './joint-office.js';

jest.setTimeout(120_000);

beforeAll(openDesk);
afterAll(closeDesk);

describe('killed between any two steps', () => {
  class Killed extends Error {}
  /** Dies before or after the n-th act on the database that the machine does. */
  function dying(tools: JointTools, at: number, after: boolean): JointTools {
    let step = 0;
    const act = async <T>(work: () => Promise<T>): Promise<T> => {
      const dies = ++step === at;
      if (dies && !after) throw new Killed();
      const result = await work();
      if (dies) throw new Killed();
      return result;
    };
    const commands = {
      execute: (input: never) => act(() => tools.commands.execute(input)),
    } as unknown as JointTools['commands'];
    return {
      ...tools,
      commands,
      cases: { ...tools.cases, submit: (caller, submission) => act(() => tools.cases.submit(caller, submission)) },
    };
  }

  it('submits every branch once and notes its end once', async () => {
    for (let at = 1; at <= 7; at++) {
      for (const after of [false, true]) {
        const record = await begin('open-a-restaurant');
        const licence = (await branchOf(record, 'business-licence')).attempts[0]!.record;
        await office.finish(licence, district);
        const attempt = await advanceJoint(dying(office.tools, at, after), district, record).catch(
          (error: unknown) => error,
        );
        expect(attempt === undefined || attempt instanceof Killed).toBe(true);
        await office.rounds.round();
        const { branches } = await jointOf(record);
        expect(branches.flatMap(({ attempts }) => attempts)).toHaveLength(3);
        const cases = await office.dataSource.query(
          `select state -> 'joint' ->> 'branch' as branch from case_view
            where node = $1 and state -> 'joint' ->> 'record' = $2 order by 1`,
          [district, record],
        );
        expect(cases.map(({ branch }: { branch: string }) => branch)).toEqual([
          'business-licence',
          'fire-check',
          'food-permit',
        ]);
        const notes = await office.dataSource.query(
          `select facts::json ->> 'branch' as branch from entry where node = $1 and record = $2 and type = 'joint.branchNoted'`,
          [district, record],
        );
        expect(notes).toEqual([{ branch: 'business-licence' }]);
      }
    }
  });

  it('and looked at by several at the same moment, too', async () => {
    const record = await begin('open-a-restaurant');
    await office.finish((await branchOf(record, 'business-licence')).attempts[0]!.record, district);
    await Promise.all([1, 2, 3].map(() => advanceJoint(office.tools, district, record)));
    const { branches } = await jointOf(record);
    expect(branches.flatMap(({ attempts, trouble }) => [...attempts.map(({ status }) => status), trouble])).toEqual([
      ...['closed', null, 'submitted', null, 'submitted', null, null, null],
    ]);
  });

  it('a counter that a restore set back is raised by the numbers that come back', async () => {
    await begin('open-a-restaurant');
    const lastOf = async (): Promise<number> => {
      const [row] = await office.dataSource.query(`select last from joint_number where node = $1 and kind = 'LB'`, [
        district,
      ]);
      return row.last;
    };
    const before = await lastOf();
    await office.dataSource.query('update joint_number set last = 1');
    const states = await office.dataSource.query('select record, state from joint_view where node = $1', [district]);
    const binding = jointBinding({ attachments: office.tools.attachments });
    await office.tools.transactor.run((sql) => binding.regain!(sql, district, states));
    expect(await lastOf()).toBe(before);
  });

  it('the same opening under the same key is one joint case', async () => {
    const application = opening('open-a-restaurant');
    const key = randomUUID();
    const [first, second] = [
      await office.post(clerk, 'joint-cases', application, district, key),
      await office.post(clerk, 'joint-cases', application, district, key),
    ];
    expect(second.json).toEqual(first.json);
    const other = { ...application, channel: 'phone' };
    expect(codeOf(await office.post(clerk, 'joint-cases', other, district, key))).toBe('request.key-reused');
  });
});

describe('what is read', () => {
  it('templates say what each stage wants, and who may lead', async () => {
    const { json } = await office.get(clerk, 'joint-templates', district);
    expect((json['templates'] as { code: string }[]).map(({ code }) => code)).toEqual([
      'construction-project',
      'open-a-restaurant',
    ]);
    const detail = (await office.get(clerk, 'joint-templates/open-a-restaurant?chosen=signboard', district)).json;
    expect(detail).toMatchObject({ stages: [{ form: { required: expect.arrayContaining(['signPlace', 'area']) } }] });
    expect(detail['branches']).toHaveLength(5);
    expect((detail['branches'] as { offered: boolean }[]).every(({ offered }) => offered)).toBe(true);
    expect(codeOf(await office.get(clerk, 'joint-templates/newborn', district))).toBe('joint.template');
    expect(codeOf(await office.post(clerk, 'joint-cases', opening('newborn'), district))).toBe('joint.template');
  });

  it('pages of joint cases, newest first, and nothing of who applied', async () => {
    const first = await office.get(watch, 'joint-cases?limit=2', district);
    expect(first.json['cases']).toHaveLength(2);
    const next = await office.get(watch, `joint-cases?limit=2&cursor=${String(first.json['next'])}`, district);
    expect((next.json['cases'] as object[]).length).toBeGreaterThan(0);
    const all = await office.get(watch, 'joint-cases?limit=100&status=closed', district);
    expect(JSON.stringify(all.json)).not.toContain('王秀英');
    const rows = await office.dataSource.query(`select facts from entry where record_class = 'joint'`);
    expect(JSON.stringify(rows)).not.toContain('王秀英');
    expect(codeOf(await office.get(watch, `joint-cases/${randomUUID()}`, district))).toBe('joint.unknown');
  });

  it('a paper that was not uploaded, or a form that is not whole, opens nothing', async () => {
    const whole = opening('open-a-restaurant') as { form: object; attachments: object[] };
    const unknown = { ...(office.paper('floor-plan', 'x') as object), digest: 'f'.repeat(64) };
    const ask = async (change: object): Promise<unknown> =>
      codeOf(await office.post(clerk, 'joint-cases', { ...whole, ...change }, district));
    expect(await ask({ attachments: [...whole.attachments, unknown] })).toBe('attachment.unknown');
    expect(await ask({ attachments: [] })).toBe('case.material-missing');
    expect(await ask({ form: {} })).toBe('request.invalid');
    expect(await ask({ chosen: ['food-permit'] })).toBe('joint.branch');
  });
});
