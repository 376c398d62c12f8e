import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDivisions } from '@tongban/domain/division';
import { caseworkMigrations } from '@tongban/feature/casework';
import { feedbackMigrations } from '@tongban/feature/feedback';
import { hallMigrations } from '@tongban/feature/hall';
import { jointMigrations } from '@tongban/feature/joint';
import { privacyMigrations } from '@tongban/feature/privacy';
import { federationMigrations } from '@tongban/federation/nest';
import { journalMigrations, makeKeyDirectory, makeSecret, parseKeyDirectory, publicPart } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import pg from 'pg';
import { closeInDirectory, enterInDirectory, writeKeystore } from '../city/keys.js';
import { layoutOf, makeFolders } from '../city/layout.js';
import { divisionsOf } from '../divisions.fixture.js';
import { parsePkiCommand } from '../pki/arguments.js';
import { runPki } from '../pki/run.js';
import { parsePrivacyCommand } from '../privacy/arguments.js';
import { runPrivacy } from '../privacy/run.js';
import { cityFilesIn, withCityLock, withCityLockBeforeStart } from './city-files.js';
import { settingsText } from './env-file.js';
import { mergeNodes } from './merge.js';
import { renameNode } from './rename.js';
import { retireNode } from './retire.js';

const city = nodeCode('371100000000');
const first = nodeCode('371102001000');
const second = nodeCode('371102002000');
const parent = nodeCode('371102003000');
const below = nodeCode('371102003001');
const into = nodeCode('371102004000');
const tree = divisionsOf('371102000000', first, second, parent, below, into);
const act = { on: '2026-03-01', basis: '民政部公告' };
const migrations = [
  ...[...journalMigrations, ...federationMigrations, ...caseworkMigrations, ...jointMigrations],
  ...[...feedbackMigrations, ...hallMigrations, ...privacyMigrations],
].sort((a, b) => a.timestamp - b.timestamp);

describe('the end of nodes, with the databases and files of a city', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-node-end-'));
  const file = (name: string): string => join(folder, name);
  const env = file('city.env');
  let pool: pg.Pool;
  const told: string[] = [];
  const say = (line: string): void => void told.push(line);
  const readList = () => parseDivisions(JSON.parse(readFileSync(file('divisions.json'), 'utf8')));
  const readDirectory = () => parseKeyDirectory(readFileSync(file('keys.json'), 'utf8'), city);
  const merge = (...nodes: (typeof first)[]) =>
    mergeNodes({ name: 'merge', nodes, into, host: env, city: env, ...act }, say);

  beforeAll(async () => {
    const url = await freshDatabase();
    pool = new pg.Pool({ connectionString: url, max: 2 });
    for (const { sql } of migrations) await pool.query(sql);
    const secrets = tree.within('3711*').map(({ code }) => makeSecret(code, 1));
    writeKeystore(file('keystore.json'), { secrets, moved: [] });
    writeFileSync(file('keys.json'), JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1)));
    const list = { city, source: tree.source, divisions: tree.within('3711*') };
    writeFileSync(file('divisions.json'), JSON.stringify(list));
    const settings = {
      ...{ TONGBAN_CITY: city, TONGBAN_DATABASE_OWNER_URL: url, TONGBAN_KEYSTORE: file('keystore.json') },
      ...{ TONGBAN_KEY_DIRECTORY: file('keys.json'), TONGBAN_DIVISIONS: file('divisions.json') },
    };
    writeFileSync(env, settingsText(settings));
  });

  afterEach(() => void told.splice(0));

  afterAll(async () => {
    await pool?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins at none of them when one has something to conclude first, and names it all', async () => {
    const joint = `insert into joint_view (node, record, number, template, status, closing, owner, watched, seq, head_hash,
      opened_at, changed_at, state) values ($1, gen_random_uuid(), $2, 'newborn', $3, $4, $1, false, 1, '', now(), now(), '{}')`;
    await pool.query(joint, [second, 'LB1', 'open', null]);
    await pool.query(joint, [second, 'LB2', 'closed', 'concluded']);
    await pool.query(
      `insert into feedback_to_open (node, case_record, channel, command, noted_at)
       values ($1, gen_random_uuid(), 'web', '{}', now())`,
      [second],
    );
    await pool.query(
      `insert into privacy_view (node, record, case_record, kind, owner, answer_by, is_open, erases, seq, head_hash,
         changed_at, state)
       values ($1, gen_random_uuid(), gen_random_uuid(), 'correction', $1, '2026-03-09', true, false, 1, '', now(), '{}')`,
      [second],
    );
    const booking = `insert into appointment (node, id, number, code_hash, hall, grp, day, start, starts_at, ends_at,
        person_ref, state, booked_at)
      values ($1, gen_random_uuid(), $2, '', 'main', 'general', $3, '09:00', now(), now(), '', 'booked', now())`;
    await pool.query(booking, [second, 'Y1', '2026-02-28']);
    await pool.query(booking, [second, 'Y2', '2026-03-01']);
    await pool.query(
      `insert into mandate_view (node, record, agent_subject, principal_ref, seq, head_hash, changed_at, state)
       values ($1, gen_random_uuid(), 's', 'p', 1, '', now(), json_build_object('owner', $1::text, 'revoked', null, 'until', '2026-06-30'))`,
      [first],
    );
    const refused = await merge(first, second, parent).catch((error: unknown) => String(error));
    for (const expected of ['联办件 1 件（LB1）', '差评 1 件', '个人信息请求 1 件', '预约 1 件（Y2）'])
      expect(refused).toContain(expected);
    expect(refused).toContain(`${second} 尚有须先办结的事项`);
    expect(refused).toContain(`先撤并下级：${below}`);
    expect(refused).not.toContain(`${first} 尚有`);
    expect(told).toEqual([]);
    expect((await pool.query('select from node_retirement')).rowCount).toBe(0);
    expect(readList().changes).toEqual([]);
  });

  it('ends them once that is concluded, also when it is killed between any two files', async () => {
    for (const table of ['joint_view', 'feedback_to_open', 'privacy_view', 'appointment'])
      await pool.query(`delete from ${table}`);
    // Killed after the directory was replaced, and before the list was.
    await pool.query(
      `insert into node_retirement (node, successor, ends_on, basis) values ($1, $2, '2026-03-01', '民政部公告')`,
      [first, into],
    );
    const files = { keystore: file('keystore.json'), directory: file('keys.json') };
    closeInDirectory(files, city, { node: first, successor: into, endsOn: act.on, basis: act.basis }, 2);
    expect(await merge(first, second)).toBe(0);
    expect(await merge(first, second)).toBe(0);
    expect(readList().changes.map(({ kind, node }) => [kind, node])).toEqual([
      ['ended', first],
      ['ended', second],
    ]);
    for (const node of [first, second]) expect(readDirectory().findClosed(node)?.successor).toBe(into);
    expect((await pool.query('select from node_retirement where closed_at is null')).rowCount).toBe(0);
  });

  it('asks for the divisions below first, and takes the one above when they have ended', async () => {
    const end = (node: typeof first, successor: typeof first) =>
      retireNode({ name: 'retire', node, successor, endsOn: act.on, basis: act.basis, host: env, city: env }, say);
    await expect(end(parent, into)).rejects.toThrow('先撤并下级');
    await expect(end(below, first)).rejects.toThrow('自己已撤并');
    expect(await end(below, into)).toBe(0);
    expect(await end(parent, into)).toBe(0);
    await expect(end(parent, nodeCode('371102000000'))).rejects.toThrow('node.state');
  });

  it('names none of them anew, and gives a name once', async () => {
    const rename = (node: typeof first, called: string) =>
      renameNode({ name: 'rename', node, called, on: '2026-04-01', basis: '批复', city: env }, say);
    await expect(rename(first, '新镇')).rejects.toThrow('已撤并');
    expect(await rename(into, '新镇')).toBe(0);
    expect(await rename(into, '新镇')).toBe(0);
    expect(readList().namesOf(into)).toEqual([
      { from: undefined, name: `区划${into}` },
      { from: '2026-04-01', name: '新镇' },
    ]);
  });

  it('changes the files for one command at a time; a lock goes with the command that held it', async () => {
    const files = cityFilesIn(env);
    await withCityLock(files, async () => {
      await expect(withCityLock(files, () => 1)).rejects.toThrow('正在执行');
    });
    expect(await withCityLock(files, () => 2)).toBe(2);
    const away = { ...files, databaseOwnerUrl: 'postgres://nobody@127.0.0.1:1/none' };
    await expect(withCityLock(away, () => 3)).rejects.toThrow('连不上本市服务的数据库');
  });

  it('makes no escrow key and starts no city beside another command; a database that is not up keeps nobody', async () => {
    const out = file('escrow-out');
    const places = ['--directory', file('keys.json'), '--keystore', file('keystore.json'), '--out', out];
    const init = (settings: string) =>
      runPrivacy(
        parsePrivacyCommand(['escrow', 'init', ...places, '--settings', settings])!,
        {},
        Date.now(),
        () => undefined,
      );
    const before = readFileSync(file('keys.json'), 'utf8');
    await withCityLock(cityFilesIn(env), async () => {
      await expect(init(env)).rejects.toThrow('正在执行');
      await expect(withCityLockBeforeStart(env, () => 1)).rejects.toThrow('正在执行');
      expect(readFileSync(file('keys.json'), 'utf8')).toBe(before);
      expect(existsSync(out)).toBe(false);
    });
    await expect(init(file('nowhere.env'))).rejects.toThrow('没有环境变量文件');
    expect(await withCityLockBeforeStart(file('nowhere.env'), () => 2)).toBe(2);
    const off = file('off.env');
    writeFileSync(off, 'TONGBAN_DATABASE_OWNER_URL=postgres://nobody@127.0.0.1:1/none\n');
    expect(await withCityLockBeforeStart(off, () => 3)).toBe(3);
    expect(await init(env)).toBe(0);
    expect(parseKeyDirectory(readFileSync(file('keys.json'), 'utf8'), city).findEscrow()?.keyId).toBeDefined();
  });

  it('replaces no key beside another command, and loses neither change', async () => {
    const state = join(folder, 'state');
    const layout = layoutOf(state, city);
    makeFolders(layout);
    copyFileSync(file('keystore.json'), layout.keystore('city'));
    copyFileSync(file('keystore.json'), layout.keystore('township'));
    copyFileSync(file('keys.json'), layout.keyDirectory);
    const settings = readFileSync(env, 'utf8').replace(file('keys.json'), layout.keyDirectory);
    writeFileSync(layout.settings('city'), settings);
    const rotate = () =>
      runPki(
        parsePkiCommand(['pki', 'rotate', '--node', into, '--city', city])!,
        { TONGBAN_STATE_DIR: state },
        Date.now(),
        say,
      );
    const directoryNow = () => parseKeyDirectory(readFileSync(layout.keyDirectory, 'utf8'), city);
    const joined = publicPart(makeSecret(nodeCode('371102005000'), 1));
    await withCityLock(cityFilesIn(layout.settings('city')), async () => {
      await expect(rotate()).rejects.toThrow('正在执行');
      expect(directoryNow().find(`${into}#2`)).toBeUndefined();
      const places = { keystore: layout.keystore('city'), directory: layout.keyDirectory };
      enterInDirectory(places, city, joined, Date.now());
    });
    expect(await rotate()).toBe(0);
    expect(directoryNow().find(`${into}#2`)).toBeDefined();
    expect(directoryNow().find(joined.keyId)).toBeDefined();
    const elsewhere = ['pki', 'rotate', '--node', into, '--city', city, '--settings', file('nowhere.env')];
    await expect(runPki(parsePkiCommand(elsewhere)!, { TONGBAN_STATE_DIR: state }, Date.now(), say)).rejects.toThrow(
      '没有环境变量文件',
    );
  });
});
