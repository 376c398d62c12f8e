import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from './processes.js';
import { tcpProxy, type TcpProxy } from './tcp-proxy.js';

const quietMs = 100;
const waitMs = 5_000;
let echo: Server;
let proxy: TcpProxy;
const clients: Socket[] = [];

interface Talk {
  readonly socket: Socket;
  heard: string;
}

const talk = async (): Promise<Talk> => {
  const socket = connect(proxy.port, '127.0.0.1');
  const conversation: Talk = { socket, heard: '' };
  clients.push(socket);
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (part: string) => (conversation.heard += part));
  await once(socket, 'connect');
  return conversation;
};
const hears = (conversation: Talk, text: string): Promise<boolean> =>
  waitUntil(() => conversation.heard === text, waitMs);

beforeEach(async () => {
  echo = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await tcpProxy({ target: { port: (echo.address() as AddressInfo).port } });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.stop();
  echo.close();
});

describe('a link that can be cut', () => {
  it('passes everything while it is whole', async () => {
    const one = await talk();
    one.socket.write('hello');
    expect(await hears(one, 'hello')).toBe(true);
    await proxy.heal();
    one.socket.write(' again');
    expect(await hears(one, 'hello again')).toBe(true);
  });

  it('refuse: resets what is open and what comes, keeps its port, and passes again after healing', async () => {
    const one = await talk();
    one.socket.write('x');
    await hears(one, 'x');
    const ended = once(one.socket, 'close');
    await proxy.cut('refuse');
    await ended;
    const refused = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => refused.once('close', resolve));
    expect([refused.bytesRead, proxy.connections]).toEqual([0, 0]);
    await expect(tcpProxy({ target: { port: proxy.port }, port: proxy.port })).rejects.toThrow('EADDRINUSE');
    await proxy.heal();
    const two = await talk();
    two.socket.write('back');
    expect(await hears(two, 'back')).toBe(true);
  });

  it('blackhole: nothing passes and nobody is told, old and new go on after healing', async () => {
    const old = await talk();
    old.socket.write('1');
    await hears(old, '1');
    await proxy.cut('blackhole');
    old.socket.write('2');
    const young = await talk();
    young.socket.write('3');
    await sleep(quietMs);
    expect([old.heard, young.heard, old.socket.destroyed]).toEqual(['1', '', false]);
    await proxy.heal();
    expect(await hears(old, '12')).toBe(true);
    expect(await hears(young, '3')).toBe(true);
  });

  it('blackhole, then refuse, then healed: the frozen are gone, new ones pass', async () => {
    const old = await talk();
    await proxy.cut('blackhole');
    const ended = once(old.socket, 'close');
    await proxy.cut('refuse');
    await ended;
    expect(proxy.connections).toBe(0);
    await proxy.heal();
    const next = await talk();
    next.socket.write('ok');
    expect(await hears(next, 'ok')).toBe(true);
  });
});
