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

  it.each([[[]], [['help']], [['up', '--help']]])('helps with %j', (args) => {
    expect(parseCommand(args)).toEqual({ name: 'help' });
  });

  it.each([
    [['down'], '没有命令 down'],
    [['up', 'now'], '多余的参数：now'],
    [['up', '--city', '3711'], '--city 应为地级市的 12 位区划代码'],
    [['up', '--city', '371102000000'], '--city 应为地级市的 12 位区划代码'],
    [['provision', '--fresh'], 'provision 只接受 --city'],
    [['up', '--loud'], '--loud'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommand(args)).toThrow(UsageError);
    expect(() => parseCommand(args)).toThrow(message);
  });
});
