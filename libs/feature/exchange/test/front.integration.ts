import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalDatabase, rowGuid, shandongDatabase, type ExchangeProfile } from '@tongban/domain/exchange';
import { Exchange, FrontCarrier, openFrontDatabase, type ExchangeTools } from '../src/index.js';
import type { FrontProfile } from '../src/front/batch-rows.js';
import { statementOfDay } from '../src/usecase/statement.js';
import type { ServiceItem } from '@tongban/domain/catalogue';
import { CaseBench, applicantName, closedCase, district, pin, pinWithFees, uscc } from './case-bench.js';
import { completeItem } from './complete-item.js';
import { frontServers, openFront, type FrontServer, type TestFront } from './front.js';
import { Gateway } from './gateway.js';

const timeoutMs = 120_000;
jest.setTimeout(timeoutMs);

const options = { province: '37' };
const day = '2026-03-02';
const quietMs = 60_000;
const stepMs = 20_000;
const mostSteps = 200;
const servers = await frontServers();
const missing = servers.flatMap((server) => ('missing' in server ? [server] : []));
const present = servers.filter((server): server is Exclude<FrontServer, { missing: string }> => !('missing' in server));
afterAll(async () => {
  for (const server of present) await server.stop();
});

// Shown as skipped, with the reason, where this machine can have no such server.
for (const { name, missing: reason } of missing) it.skip(`${name}: ${reason}`, () => undefined);

describe.each(present.map((server) => [server.name, server] as const))('front-end tables on %s', (_name, server) => {
  let gateway: Gateway;
  let front: TestFront;
  let sequence = 0;
  const carriers: FrontCarrier[] = [];
  beforeEach(async () => {
    gateway = await Gateway.open();
    front = await openFront(await server.newDatabase(), () => gateway.now);
  });
  afterEach(async () => {
    await gateway.close();
    for (const carrier of carriers.splice(0)) await carrier.close();
    await front.database.close();
  });

  const asFront = (profile: ExchangeProfile): FrontProfile => profile as FrontProfile;
  const toolsOf = async (profile: ExchangeProfile): Promise<ExchangeTools> => {
    const carrier = new FrontCarrier({
      database: openFrontDatabase(front.url),
      profile: asFront(profile),
      clock: { now: () => gateway.now },
      log: (level, message, details) => void gateway.lines.push({ level, message, details }),
      ...{ quietMs, pollMs: 1_000, obstaclesEveryMs: 1 },
    });
    carriers.push(carrier);
    return gateway.tools({ profile, carrier, limits: { objectionsEveryMs: 1_000 } });
  };
  const drive = async (exchange: Exchange, done: () => Promise<boolean>): Promise<void> => {
    for (let step = 0; step < mostSteps; step++) {
      await exchange.round();
      await front.auditor.round();
      if (await done()) return;
      gateway.now += stepMs;
    }
    throw new Error(`not done: ${JSON.stringify(gateway.lines.slice(-5))}`);
  };
  const newClosed = (): CaseBench => closedCase(randomUUID(), ++sequence);
  const table = async (name: string) => front.database.read((sql) => sql.query(`select * from ${name}`));
  const agreed = async (tools: ExchangeTools): Promise<void> =>
    expect(await statementOfDay(tools, day)).toMatchObject({ ok: true, value: { differences: [] } });

  it('national: a case is written once, judged by silence, and both statements agree', async () => {
    const tools = await toolsOf(nationalDatabase(options));
    const exchange = new Exchange(tools);
    const bench = new CaseBench(randomUUID(), ++sequence).submit({ item: pinWithFees }).accept();
    const legalBasis = '《中华人民共和国行政许可法》第四十五条';
    bench
      .do(
        { type: 'pause', sequence: 1, procedure: 'hearing', legalBasis, workingDays: 3, text: '申请人要求听证' },
        'clerk',
      )
      .do({ type: 'resume', result: '听证已举行' }, 'clerk');
    await gateway.hold(bench);
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    const [accept] = await table('UP_PRO_ACCEPT');
    expect(accept).toMatchObject({
      ...{ project_no: bench.case.number, applyer_name: applicantName, cd_operation: 'I', data_source: '137' },
      row_guid: rowGuid(bench.record, `accept/${bench.case.number}`),
      accept_date: expect.stringMatching(/^2026-03-02 10:\d{2}:00$/) as string,
    });
    expect(await table('UP_PRO_SPECIAL_PROCEDURE')).toMatchObject([{ special_type: '2', result: '听证已举行' }]);
    expect(await table('DN_AUDIT_ABNORMAL')).toEqual([]);
    await agreed(tools);
  });

  it('national: the same batch written again changes nothing, a re-report replaces its rows', async () => {
    const tools = await toolsOf(nationalDatabase(options));
    const exchange = new Exchange(tools);
    const bench = newClosed();
    await gateway.hold(bench);
    await exchange.round();
    const before = await table('UP_PRO_PROCESS');
    await gateway.pool.query(`update exchange_batch set next_at = created_at`);
    await exchange.round();
    expect(await table('UP_PRO_PROCESS')).toEqual(before);
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    await gateway.hold(bench.do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent'));
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    const results = await table('UP_PRO_RESULT');
    expect(results).toMatchObject([{ cd_operation: 'U', is_delivery_results: '1' }]);
    expect(await table('UP_PRO_ACCEPT')).toHaveLength(1);
    await agreed(tools);
  });

  it('national: what the quality check finds is rejected, also when it is found late, and mended', async () => {
    const tools = await toolsOf(nationalDatabase(options));
    const exchange = new Exchange(tools);
    const prompt = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' });
    await gateway.hold(prompt.accept().decide().certify());
    front.auditor.mode = 'twice';
    await drive(exchange, gateway.isAt(prompt, 'rejected', 1));
    expect(prompt.case.reports['national-database']).toMatchObject({
      outcome: 'rejected',
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'E-CODE-applyer_page_type', field: 'UP_PRO_ACCEPT' }),
      ]) as object,
    });
    const late = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' });
    front.auditor.mode = 'paused';
    await gateway.hold(late.accept().decide().certify());
    await drive(exchange, gateway.isAt(late, 'acknowledged', 1));
    front.auditor.mode = 'normal';
    await drive(exchange, gateway.isAt(late, 'rejected', 1));
    await agreed(tools);
    for (const bench of [prompt, late]) {
      const changes = { identityType: 'residentIdentityCard' } as const;
      await gateway.hold(bench.do({ type: 'correct', changes, reasonCode: 'provinceRejected' }, 'clerk'));
      await drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    }
    await agreed(tools);
  });

  it('national: a column that we do not know and that must be filled holds the rows of its table, by name', async () => {
    const tools = await toolsOf(nationalDatabase(options));
    const exchange = new Exchange(tools);
    await front.database.read((sql) => sql.query('alter table UP_PRO_RESULT add column exit_code varchar(2) not null'));
    const bench = newClosed();
    await gateway.hold(bench);
    await drive(exchange, gateway.isAt(bench, 'held', 1));
    const { state } = (await gateway.report(bench)) as { state: { held: object[] } };
    expect(state.held).toMatchObject([
      {
        ...{ kind: 'result', field: 'exit_code', code: 'column' },
        message: '前置库表 UP_PRO_RESULT 有必填列 exit_code，对照表中没有这一列，须与省级平台核对后再报',
      },
    ]);
    expect(await table('UP_PRO_PROCESS')).toHaveLength(2);
    expect(await table('UP_PRO_RESULT')).toHaveLength(0);
    await front.database.read((sql) => sql.query('alter table UP_PRO_RESULT drop column exit_code'));
    gateway.now += 700_000;
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
  });

  it('national: a value that the table refuses spoils no other case, and its reason quotes no value', async () => {
    const tools = await toolsOf(nationalDatabase(options));
    const exchange = new Exchange(tools);
    const widen =
      front.database.kind === 'postgres'
        ? 'alter column project_name type varchar(12)'
        : 'modify project_name varchar(12)';
    await front.database.read((sql) => sql.query(`alter table UP_PRO_ACCEPT ${widen}`));
    const [good, bad] = [newClosed(), new CaseBench(randomUUID(), ++sequence)];
    bad.submit({ applicant: { name: '欧阳𠮷祥', identityNumber: '11010519491231002X', phone: '13800138000' } });
    await gateway.hold(good);
    await gateway.hold(bad.accept());
    await drive(exchange, gateway.isAt(good, 'acknowledged', 1));
    const { trouble } = await gateway.report(bad);
    expect(trouble).toMatch(/^(SQLSTATE 22001|MySQL 1406 project_name)/);
    expect(JSON.stringify([trouble, gateway.lines])).not.toContain('欧阳');
    expect(await table('UP_PRO_ACCEPT')).toHaveLength(1);
  });

  it('national: the catalogue goes into its tables once per change, what is incomplete is kept back by name', async () => {
    let item: ServiceItem = completeItem();
    const department = { name: '东港区民政局', uscc };
    const published = () => [
      { node: district, item, department },
      { node: district, item: { ...completeItem(), code: '370500013002', visits: undefined }, department },
    ];
    const profile = nationalDatabase(options);
    const tools = { ...(await toolsOf(profile)), tasks: { published } } as ExchangeTools;
    const tasks = async () =>
      (await gateway.pool.query('select key, stage, version, held, problems from exchange_task order by key')).rows;
    const look = async (): Promise<void> => {
      await new Exchange(tools).round();
      await front.auditor.round();
      gateway.now += 700_000;
    };
    await look();
    expect(await tasks()).toMatchObject([
      { key: '371102000000/370500013001', stage: 'written', version: 1 },
      { key: '371102000000/370500013002', stage: 'held', held: [{ field: 'limit_scene_num', code: 'missing' }] },
    ]);
    const [first] = await table('UP_TASK_GENERAL_BASIC');
    expect(first).toMatchObject({
      cd_operation: 'I',
      task_code: `${uscc}4370500013001`,
      transact_time: '工作日9:00—17:00',
    });
    await look();
    expect(await table('UP_TASK_GENERAL_BASIC')).toEqual([first]);
    item = { ...item, version: 2, materials: item.materials.slice(0, 1) };
    await look();
    expect(await table('UP_TASK_GENERAL_BASIC')).toMatchObject([
      { cd_operation: 'U', task_version: expect.anything() as unknown },
    ]);
    expect((await table('UP_TASK_GENERAL_MATERIAL')).map((row) => row['cd_operation']).sort()).toEqual(['D', 'U']);
    expect(await table('DN_AUDIT_ABNORMAL')).toEqual([]);
    await front.database.read((sql) =>
      sql.query(
        `insert into DN_AUDIT_ABNORMAL (row_guid, table_sql_name, table_row_guid, table_cd_batch, table_update_time, err_type, remark)
         select 'x', 'UP_TASK_GENERAL_BASIC', row_guid, cd_batch, '2026-03-02 20:00:00', 'E-OTHER', '设定依据不完整' from UP_TASK_GENERAL_BASIC`,
      ),
    );
    await look();
    expect((await tasks())[0]).toMatchObject({
      stage: 'rejected',
      problems: [{ code: 'E-OTHER', field: 'UP_TASK_GENERAL_BASIC', message: '设定依据不完整' }],
    });
  });

  it('Shandong: versions stay beside each other, SIGNSTATE says what became of them', async () => {
    const tools = await toolsOf(shandongDatabase(options));
    const exchange = new Exchange(tools);
    const bench = newClosed();
    await gateway.hold(bench);
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    expect(await table('PRE_APASINFO')).toMatchObject([
      { projid: bench.case.number, projpwd: expect.stringMatching(/^\d{6}$/) as string, signstate: '1' },
    ]);
    await gateway.hold(bench.do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent'));
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 2));
    const done = await table('EA_JC_STEP_DONE');
    expect(done.map((row) => [Number(row['dataver']), row['isdeliveryresults'], row['doneresult']])).toEqual([
      [1, '0', '0'],
      [2, '1', '0'],
    ]);
    await agreed(tools);
  });

  it('Shandong: what is promised for the same day has a limit of no days', async () => {
    const exchange = new Exchange(await toolsOf(shandongDatabase(options)));
    const bench = new CaseBench(randomUUID(), ++sequence).submit({ item: { ...pin, promisedDays: 0 } }).accept();
    await gateway.hold(bench.decide().certify());
    await drive(exchange, gateway.isAt(bench, 'acknowledged', 1));
    const [row] = await table('EA_JC_STEP_BASICINFO');
    expect(Number(row!['promisetimelimit'])).toBe(0);
  });

  it('Shandong: a refused row is a reject with the reason that the platform wrote beside it', async () => {
    const tools = await toolsOf(shandongDatabase(options));
    const exchange = new Exchange(tools);
    const bench = new CaseBench(randomUUID(), ++sequence).submit({ identityType: 'other' });
    await gateway.hold(bench.accept());
    await drive(exchange, gateway.isAt(bench, 'rejected', 1));
    expect(bench.case.reports['shandong-database']?.problems[0]).toMatchObject({
      ...{ code: 'E-SIGNSTATE', field: 'PRE_APASINFO' },
      message: expect.stringContaining('APPLY_CARDTYPE') as string,
    });
    await agreed(tools);
  });
});
