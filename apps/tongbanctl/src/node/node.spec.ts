import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeyDirectory, makeSecret, parseKeyDirectory, publicPart } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { closeInDirectory, keystoreOf, writeKeystore } from '../city/keys.js';
import { parseNodeCommand } from './arguments.js';
import { parseSettings, readSettings, settingsText } from './env-file.js';

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
