import { parseFederationCommand } from './arguments.js';

const parse = (text: string) => parseFederationCommand(text.split(' '));

describe('commands of the federation', () => {
  it('are read with their options', () => {
    expect(parse('links 371102000000 --watch')).toEqual({
      name: 'links',
      node: '371102000000',
      json: false,
      watch: true,
    });
    expect(parse('reconcile 371102000000 --children --json')).toEqual({
      ...{ name: 'reconcile', node: '371102000000', json: true, children: true },
    });
    const reconciliation = '6f1f3a50-6f0e-4c46-9a39-0c1a4e0b7d11';
    expect(parse(`reconcile 371102000000 --cancel ${reconciliation}`)).toEqual({
      ...{ name: 'cancel-reconciliation', node: '371102000000', reconciliation },
    });
    expect(parse('export --node 371102001001 --out j.jsonl')).toEqual({
      ...{ name: 'export', node: '371102001001', out: 'j.jsonl' },
    });
    expect(parse('verify --node 371102001001')).toEqual({
      ...{ name: 'verify-journal', source: { node: '371102001001' }, json: false },
    });
    expect(parse('verify --journal j.jsonl --json')).toMatchObject({ source: { file: 'j.jsonl' }, json: true });
  });

  it('leave others to others', () => {
    for (const text of ['up --json', 'provision', 'verify case.zip', '']) expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['links', '12 位区划代码'],
    ['links 3711', '3711'],
    ['links 371102000000 371102000001', '多余的参数'],
    ['reconcile 371102000000 --wat', '--wat'],
    ['reconcile 371102000000 --cancel 7', '对账的编号'],
    ['reconcile 371102000000 --json --cancel 6f1f3a50-6f0e-4c46-9a39-0c1a4e0b7d11', '不与其他选项同用'],
    ['export', '12 位区划代码'],
    ['verify --node 371102000000 --journal x', '只能给出一个'],
  ])('%s is refused', (text, says) => expect(() => parse(text)).toThrow(says));
});
