import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDivisions, type DivisionTree } from '@tongban/domain/division';
import { requireGenuine, signApproval, signChange } from '@tongban/federation/nest';
import { makeKeyDirectory, makeSecret, parseKeyDirectory, parseKeystore, publicPart } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { listChange, provideDivisions } from '../city/divisions.js';
import {
  closeInDirectory,
  enterInDirectory,
  keystoreOf,
  provideFirstKey,
  provideNodeKeys,
  writeKeystore,
} from '../city/keys.js';
import { layoutOf, makeFolders } from '../city/layout.js';
import { fixtureCity, smallCity } from '../divisions.fixture.js';
import { parseNodeCommand } from './arguments.js';
import { parseSettings, readSettings, settingsText } from './env-file.js';
import { linesOf, toConclude } from './leavings.js';
import { scopeFor } from './opening.js';

/** The file that such a tree was read from. */
const cutOf = (divisions: DivisionTree) => ({
  ...{ city: divisions.city, source: divisions.source, divisions: divisions.within('3711*') },
});

const parse = (text: string) => parseNodeCommand(text.split(' '));

describe('commands about a node', () => {
  it('are read with their options, and leave others to others', () => {
    expect(parse('node move 371102001001 --from a.env --to b.env')).toEqual({
      ...{ name: 'move', node: '371102001001', from: 'a.env', to: 'b.env' },
    });
    const retire = 'node retire 371102001001 --to 371102001002 --on 2026-03-01 --basis 批复 --host v.env --city c.env';
    expect(parse(retire)).toEqual({
      ...{ name: 'retire', node: '371102001001', successor: '371102001002', endsOn: '2026-03-01', basis: '批复' },
      ...{ host: 'v.env', city: 'c.env' },
    });
    const join = 'node join 371102001299 --name 新村 --approver zhang --host v.env --parent t.env --city c.env';
    expect(parse(join)).toEqual({
      ...{ name: 'join', node: '371102001299', called: '新村', on: undefined, basis: '新设', approver: 'zhang' },
      ...{ replaces: undefined, host: 'v.env', parent: 't.env', city: 'c.env' },
    });
    const day = '--on 2026-03-01 --basis 批复';
    expect(parse(`node rename 371102001001 --name 东村 ${day} --city c.env`)).toEqual({
      ...{ name: 'rename', node: '371102001001', called: '东村', on: '2026-03-01', basis: '批复', city: 'c.env' },
    });
    const merge = `node merge 371102001001 371102001002 --into 371102001003 ${day} --host v.env --city c.env`;
    expect(parse(merge)).toMatchObject({
      name: 'merge',
      nodes: ['371102001001', '371102001002'],
      into: '371102001003',
    });
    const recode = `node recode 371102001001 --to 371102001299 ${day} --approver zhang --host v --parent t --city c`;
    expect(parse(recode)).toMatchObject({
      name: 'recode',
      join: { node: '371102001299', called: '', replaces: '371102001001', on: '2026-03-01' },
      retire: { node: '371102001001', successor: '371102001299', endsOn: '2026-03-01' },
    });
    for (const text of ['up --json', 'links 371102001001', '']) expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['node', '没有命令 node'],
    ['node fly 371102001001', '没有命令 node fly'],
    ['node move', '12 位区划代码'],
    ['node move 3711 --from a --to b', '12 位区划代码'],
    ['node move 370000000000 --from a --to b', '省级交换节点'],
    ['node move 371102001001 --from a', '--to'],
    ['node move 371102001001 --to b', '--from'],
    ['node move 371102001001 371102001002 --from a --to b', '多余的参数'],
    ['node move 371102001001 --from a --to b --force', '--force'],
    ['node retire 371102001001 --to 371102001001 --on 2026-03-01 --basis x --host a --city b', '自己'],
    ['node retire 371102001001 --to 371102001002 --on 1.3. --basis x --host a --city b', '--on'],
    ['node retire 371100000000 --to 371102001002 --on 2026-03-01 --basis x --host a --city b', '只能撤并'],
    ['node retire 371102001001 --to 371102001002 --on 2026-03-01 --host a --city b', '--basis'],
    ['node join 371102001299 --name x --host a --parent b --city c', '--approver'],
    ['node join 371200000000 --name x --approver z --host a --parent b --city c', '只能新设'],
    ['node join 371102001299 --name x --approver z --host a --parent b --city c --on soon', '--on'],
    [`node rename 371102001001 --name ${'村'.repeat(101)} --on 2026-03-01 --basis x --city c`, '不超过 100 字'],
    ['node merge 371102001001 371102001001 --into 371102001002 --on 2026-03-01 --basis x --host a --city c', '两次'],
    ['node merge 371102001001 371102002000 --into 371102001002 --on 2026-03-01 --basis x --host a --city c', '同一级'],
    ['node merge 371102001001 --into 371102001001 --on 2026-03-01 --basis x --host a --city c', '自己'],
    [
      'node recode 371102001001 --to 371102002000 --approver z --on 2026-03-01 --basis x --host a --parent b --city c',
      '同一级',
    ],
  ])('says what is wrong with "%s"', (text, told) => {
    expect(() => parse(text)).toThrow(told);
  });
});

describe('environment files', () => {
  it('are read as service managers read them, and come back as they were', () => {
    const text = '# 村级服务\n\nTONGBAN_NODES=371102001001\nexport TONGBAN_CITY="371100000000"\nTONGBAN_X=a=b\n';
    const settings = parseSettings(text);
    expect(settings).toEqual({ TONGBAN_NODES: '371102001001', TONGBAN_CITY: '371100000000', TONGBAN_X: 'a=b' });
    expect(parseSettings(settingsText(settings))).toEqual(settings);
  });

  it('have lines of one form only, and have to be there', () => {
    expect(() => parseSettings('TONGBAN_NODES\n')).toThrow('名称=值');
    expect(() => settingsText({ TONGBAN_X: 'a\nb' })).toThrow('one line');
    expect(() => readSettings('/nowhere/host.env')).toThrow('没有环境变量文件');
  });
});

describe('a node that has ended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-end-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const city = nodeCode('371100000000');
  const ended = {
    ...{ node: nodeCode('371102001001'), successor: nodeCode('371102001002') },
    ...{ endsOn: '2026-03-01', basis: '民政部公告' },
  };

  it('is closed in the directory that the city signs, once, and its keys stay', () => {
    const files = { keystore: join(folder, 'keystore.json'), directory: join(folder, 'keys.json') };
    const secrets = [city, ended.node, ended.successor].map((node) => makeSecret(node, 1));
    writeKeystore(files.keystore, { secrets: [secrets[0]!], moved: [] });
    const escrow = [{ keyId: 'archive#1', sealing: secrets[2]!.sealingPublic }];
    writeFileSync(files.directory, JSON.stringify(makeKeyDirectory(secrets[0]!, secrets.map(publicPart), 1, escrow)));
    closeInDirectory(files, city, ended, 2);
    const text = readFileSync(files.directory, 'utf8');
    const directory = parseKeyDirectory(text, city);
    expect(directory.findClosed(ended.node)).toEqual(ended);
    expect(directory.findClosed(ended.successor)).toBeUndefined();
    expect(directory.findNewest(ended.node)).toEqual(publicPart(secrets[1]!));
    expect(directory.findEscrow()).toEqual(escrow[0]);
    closeInDirectory(files, city, ended, 3);
    expect(readFileSync(files.directory, 'utf8')).toBe(text);
    expect(() => closeInDirectory(files, city, { ...ended, successor: city }, 3)).toThrow('has ended already');
    // The note is signed: nobody ends a node by writing into the file.
    const forged = text.replace('371102001002","endsOn', '371102001003","endsOn');
    expect(forged).not.toBe(text);
    expect(() => parseKeyDirectory(forged, city)).toThrow('not genuine');
  });
});

describe('a node that joins', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-join-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const city = nodeCode('371100000000');
  const node = nodeCode('371102001299');

  it('gets its key once, where it is used, and the city enters that key and no other', () => {
    const files = { keystore: join(folder, 'city.json'), directory: join(folder, 'keys.json') };
    const host = join(folder, 'village.json');
    const [cityKey, other] = [makeSecret(city, 1), makeSecret(nodeCode('371102001001'), 1)];
    writeKeystore(files.keystore, { secrets: [cityKey], moved: [] });
    writeKeystore(host, { secrets: [other], moved: [] });
    writeFileSync(files.directory, JSON.stringify(makeKeyDirectory(cityKey, [cityKey, other].map(publicPart), 1)));
    const key = provideFirstKey(host, node);
    expect(provideFirstKey(host, node)).toEqual(key);
    expect(keystoreOf(host).secrets.map((secret) => secret.node)).toEqual([other.node, node]);
    enterInDirectory(files, city, key, 2);
    const text = readFileSync(files.directory, 'utf8');
    expect(parseKeyDirectory(text, city).findNewest(node)).toEqual(key);
    expect(text).not.toContain(keystoreOf(host).secrets[1]!.signing);
    enterInDirectory(files, city, key, 3);
    expect(readFileSync(files.directory, 'utf8')).toBe(text);
    expect(() => enterInDirectory(files, city, publicPart(makeSecret(node, 2)), 4)).toThrow('another key');
    writeKeystore(host, { secrets: [other], moved: [key] });
    expect(() => provideFirstKey(host, node)).toThrow('have gone');
  });

  it('is served by a machine of its own, or by a shared one of its tier whose prefix covers it', () => {
    const keystore = join(folder, 'shared.json');
    writeKeystore(keystore, { secrets: [makeSecret(nodeCode('371102001001'), 1)], moved: [] });
    const at = (nodes: string, code: string = node) =>
      scopeFor(nodeCode(code), { settings: { TONGBAN_NODES: nodes, TONGBAN_KEYSTORE: keystore }, file: 'v.env' });
    expect([at(node), at('3711*'), at('371103*, 371102001*')]).toEqual(['own', 'shared', 'shared']);
    expect(() => at('371103*')).toThrow('涵盖');
    expect(() => at('371102001001,371102001002')).toThrow('涵盖');
    expect(() => at('3711*', '371102009000')).toThrow('这一级');
  });

  it('outlives a new cut of the list and another start of the city', () => {
    const layout = layoutOf(folder, fixtureCity);
    makeFolders(layout);
    const cut = JSON.stringify(cutOf(smallCity()));
    expect(provideDivisions(layout, cut).find(node)).toBeUndefined();
    provideNodeKeys(layout, smallCity(), 1);
    const secrets = makeSecret(node, 1);
    const parent = parseKeystore(readFileSync(layout.keystore('township'), 'utf8'));
    const keystore = parseKeystore(readFileSync(layout.keystore('city'), 'utf8'));
    const { keyId, signing, sealing } = publicPart(secrets);
    const joining = {
      ...{ kind: 'joined' as const, node, name: '新村', on: '2026-03-01', basis: '批复' },
      ...{ key: { keyId, signing, sealing }, approval: { by: nodeCode('371102001000'), at: 1 } },
    };
    const change = { ...joining, approval: signApproval(parent, joining), at: 2 };
    listChange(layout.divisions, signChange(keystore, fixtureCity, change));
    const files = { keystore: layout.keystore('city'), directory: layout.keyDirectory };
    enterInDirectory(files, fixtureCity, publicPart(secrets), 3);
    const divisions = provideDivisions(layout, cut);
    expect(divisions.get(node).name).toBe('新村');
    // The node lives on a machine of its own: nobody makes it a key here, and the directory goes on naming its key.
    provideNodeKeys(layout, divisions, 4);
    expect(keystoreOf(layout.keystore('village')).secrets.map((each) => each.node)).not.toContain(node);
    const directory = parseKeyDirectory(readFileSync(layout.keyDirectory, 'utf8'), fixtureCity);
    expect(directory.findNewest(node)).toEqual(publicPart(secrets));
    expect(() => requireGenuine(divisions, directory)).not.toThrow();
    // Neither the name nor the parent's consent can be written into the file by somebody else.
    const text = readFileSync(layout.divisions, 'utf8');
    for (const forged of [text.replace('新村', '旧村'), text.replace('"at":1', '"at":7')]) {
      expect(forged).not.toBe(text);
      expect(() => requireGenuine(parseDivisions(JSON.parse(forged)), directory)).toThrow('not genuine');
    }
  });
});

describe('what a node leaves behind', () => {
  it('is told by kind: what stops the end, and what merely stays', () => {
    const node = nodeCode('371102001001');
    const many = Array.from({ length: 12 }, (_, index) => `T${index}`);
    const left = { joint: ['L1'], feedback: many, mandates: ['M1', 'M2'] };
    expect(toConclude(left)).toBe(13);
    expect(linesOf(node, left, 'concludeFirst')).toEqual([
      `${node}：牵头的联办件 1 件（L1），请先办结或由申请人撤回`,
      `${node}：投诉、咨询和差评整改件 12 件（${many.slice(0, 10).join('、')}…），请先办结或转给承接单位`,
    ]);
    expect(linesOf(node, left, 'stays')).toEqual([expect.stringContaining('仍有效的委托 2 件，留在原节点')]);
    expect([linesOf(node, {}, 'concludeFirst'), toConclude({})]).toEqual([[], 0]);
  });
});

describe('the keystore of a host that a node has left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-keys-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps the public part, so that nobody makes the node another key', () => {
    const file = join(folder, 'keystore.json');
    const [gone, stays] = [makeSecret(nodeCode('371102001001'), 1), makeSecret(nodeCode('371102001002'), 1)];
    writeKeystore(file, { secrets: [stays], moved: [publicPart(gone)] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(gone.signing);
    expect(keystoreOf(file)).toEqual({ secrets: [stays], moved: [publicPart(gone)] });
    expect(keystoreOf(join(folder, 'none.json'))).toEqual({ secrets: [], moved: [] });
  });
});
