import { parseCommand, UsageError } from './arguments.js';

describe('the command line', () => {
  it('takes the options of up', () => {
    expect(parseCommand(['up', '--once', '--json', '--fresh', '--city', '370700000000'])).toEqual({
      name: 'up',
      city: '370700000000',
      once: true,
      json: true,
      fresh: true,
    });
    expect(parseCommand(['up'])).toMatchObject({ city: '371100000000', once: false, json: false, fresh: false });
  });

  it('takes the archive to be checked', () => {
    expect(parseCommand(['verify', 'case.zip'])).toEqual({
      name: 'verify',
      file: 'case.zip',
      keys: undefined,
      json: false,
    });
    expect(parseCommand(['verify', '--keys', 'k.json', '--json', 'case.zip'])).toMatchObject({
      keys: 'k.json',
      json: true,
    });
    expect(() => parseCommand(['verify'])).toThrow('verify 后面应给出档案文件');
    expect(() => parseCommand(['verify', 'a', 'b'])).toThrow('多余的参数：b');
    expect(() => parseCommand(['verify', 'a', '--fresh'])).toThrow('verify 只接受');
    expect(() => parseCommand(['up', '--keys', 'k.json'])).toThrow('--keys 只用于 verify');
  });

  it('takes the administrator’s repairs, which have no options but the city', () => {
    expect(parseCommand(['streams'])).toEqual({ name: 'streams', city: '371100000000' });
    expect(parseCommand(['streams', '--city', '370700000000'])).toMatchObject({ city: '370700000000' });
    expect(parseCommand(['restored'])).toEqual({ name: 'restored' });
  });

  it.each([[[]], [['help']], [['up', '--help']]])('helps with %j', (args) => {
    expect(parseCommand(args)).toEqual({ name: 'help' });
  });

  it.each([
    [['down'], '没有命令 down'],
    [['up', 'now'], '多余的参数：now'],
    [['up', '--city', '3711'], '--city 应为地级市的 12 位区划代码'],
    [['up', '--city', '371102000000'], '--city 应为地级市的 12 位区划代码'],
    [['streams', '--once'], 'streams 只接受 --city'],
    [['restored', '--json'], 'restored 不接受选项'],
    [['provision', '--fresh'], 'provision 只接受 --city'],
    [['up', '--loud'], '--loud'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommand(args)).toThrow(UsageError);
    expect(() => parseCommand(args)).toThrow(message);
  });
});
