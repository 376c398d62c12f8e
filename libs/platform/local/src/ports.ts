import { createServer, type AddressInfo } from 'node:net';
import { readIfThere } from './processes.js';

export const loopback = '127.0.0.1';

/** Binds `port` (0: any) on the loopback address for a moment; the port, or undefined when somebody holds it. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(port, loopback, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}

/**
 * The port a server shall listen on. A wished port must be free; without a wish the remembered one is taken while it is
 * free, so that addresses stay the same from start to start, and otherwise any free one.
 */
export async function choosePort(what: string, wished: number, rememberedIn?: string): Promise<number> {
  if (wished !== 0) {
    if ((await tryPort(wished)) !== undefined) return wished;
    throw new Error(`port ${wished} on ${loopback} is in use: ${what} cannot listen there`);
  }
  const remembered = Number(rememberedIn === undefined ? 0 : (readIfThere(rememberedIn)?.trim() ?? 0));
  const again = Number.isInteger(remembered) && remembered > 0 ? await tryPort(remembered) : undefined;
  const port = again ?? (await tryPort(0));
  if (port === undefined) throw new Error(`no free port on ${loopback} for ${what}`);
  return port;
}
