import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../e2e/wait.js';
import { Proxy } from './proxy.js';

const waitMs = 5_000;
const quietMs = 150;

describe('a line that can be spoiled', () => {
  let echo: Server;
  let proxy: Proxy;
  const sockets: Socket[] = [];
  const farEnds: Socket[] = [];

  const talk = async () => {
    const socket = connect(proxy.port, '127.0.0.1');
    const talk = { socket, heard: '', closed: false };
    sockets.push(socket);
    socket.on('error', () => undefined).on('close', () => (talk.closed = true));
    socket.setEncoding('utf8').on('data', (part: string) => (talk.heard += part));
    await once(socket, 'connect');
    return talk;
  };
  const hears = (who: { heard: string }, text: string): Promise<true> =>
    until(`to hear ${text.length} characters`, waitMs, () => (who.heard === text ? true : undefined));

  beforeEach(async () => {
    echo = createServer((socket) => {
      farEnds.push(socket);
      socket.on('error', () => undefined).pipe(socket);
    });
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    proxy = await Proxy.open((echo.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const socket of [...sockets.splice(0), ...farEnds.splice(0)]) socket.destroy();
    await proxy.stop();
    echo.close();
  });

  it('passes everything while it is whole, large things too', async () => {
    const one = await talk();
    const text = 'x'.repeat(3_000_000);
    one.socket.write(text);
    await hears(one, text);
  });

  it('reset: ends what is open and what comes, and passes again after healing', async () => {
    const one = await talk();
    one.socket.write('a');
    await hears(one, 'a');
    proxy.spoil({ kind: 'reset' });
    await until('the end', waitMs, () => (one.closed ? true : undefined));
    const refused = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => refused.once('close', resolve));
    proxy.heal();
    const two = await talk();
    two.socket.write('b');
    await hears(two, 'b');
  });

  it('blackhole: holds everything, of old and new connections, and goes on where it was', async () => {
    const one = await talk();
    one.socket.write('a');
    await hears(one, 'a');
    proxy.spoil({ kind: 'blackhole' });
    one.socket.write('b');
    const two = await talk();
    two.socket.write('c');
    await sleep(quietMs);
    expect([one.heard, two.heard, one.closed, two.closed]).toEqual(['a', '', false, false]);
    proxy.heal();
    await hears(one, 'ab');
    await hears(two, 'c');
  });

  it('half open: the far end is gone, the near one hears nothing of it, new connections work', async () => {
    const one = await talk();
    one.socket.write('a');
    await hears(one, 'a');
    proxy.spoil({ kind: 'halfOpen' });
    await until('the far end to go', waitMs, () => (farEnds[0]!.destroyed ? true : undefined));
    one.socket.write('b');
    const two = await talk();
    two.socket.write('c');
    await hears(two, 'c');
    expect([one.heard, one.closed]).toEqual(['a', false]);
    proxy.heal();
    await until('the near end to learn of it', waitMs, () => (one.closed ? true : undefined));
  });

  it('delay: comes later, in order', async () => {
    const one = await talk();
    proxy.spoil({ kind: 'delay', delayMs: 100 });
    const began = performance.now();
    for (const letter of 'abcdef') one.socket.write(letter);
    await hears(one, 'abcdef');
    expect(performance.now() - began).toBeGreaterThan(190);
    one.socket.write('g');
    proxy.heal();
    one.socket.write('h');
    await hears(one, 'abcdefgh');
  });

  it('bandwidth: so many bytes a second', async () => {
    const one = await talk();
    proxy.spoil({ kind: 'bandwidth', bytesPerSecond: 400_000 });
    const began = performance.now();
    const text = 'y'.repeat(200_000);
    one.socket.write(text);
    await hears(one, text);
    expect(performance.now() - began).toBeGreaterThan(400);
    proxy.heal();
  });
});
