import { createServer, type AddressInfo } from 'node:net';
import { loopback, otherPort } from './ports.js';

describe('a port for a server whose usual one is taken', () => {
  it('is none that another server of the same city was given', async () => {
    const taken = new Set<number>();
    for (let count = 1; count <= 50; count++) {
      taken.add(await otherPort(taken));
      expect(taken.size).toBe(count);
    }
  });

  it('is none that a connection may be given by the system meanwhile', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
    const { port: ofTheSystem } = server.address() as AddressInfo;
    server.close();
    expect(await otherPort(new Set())).toBeLessThan(Math.min(ofTheSystem, 32_768));
  });
});
