/**
 * Keeps the village agent's app on the phone. A version is fetched as a whole, each file with the digest that the build
 * wrote here, so that a deployment in the middle of it fails the whole; then it waits until the pages of the version before
 * are closed or the agent asks for it. A version serves itself alone: no page ever runs with files of two.
 */
/** Written by the build: addresses with their SHA-256, and the name of the version. */
declare const shellFiles: Readonly<Record<string, string>>;
declare const shellVersion: string;
/** Written by the host: changes with what its headers allow the page, which are kept with it. */
declare const shellDeployment: string;

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface WorkerFetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly location: Location;
}

const cachePrefix = 'tongban-agent-';
const shellCache = `${cachePrefix}${shellVersion}-${shellDeployment}`;
const appPage = '/console/agent/';

async function installShell(): Promise<void> {
  const cache = await caches.open(shellCache);
  const requests = Object.entries(shellFiles).map(
    ([address, integrity]) => new Request(address, { integrity, cache: 'reload' }),
  );
  try {
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(shellCache);
    throw error;
  }
}

/** Nobody uses the versions before any more. */
async function activateShell(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(cachePrefix) && name !== shellCache).map((name) => caches.delete(name)),
  );
}

async function answerFrom(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(shellCache);
  return (await cache.match(address)) ?? fetch(request);
}

function serveShell(worker: WorkerScope): void {
  worker.addEventListener('install', (event) => event.waitUntil(installShell()));
  worker.addEventListener('activate', (event) => event.waitUntil(activateShell()));
  worker.addEventListener('message', ({ data }) => {
    if (data === 'serve') void worker.skipWaiting();
  });
  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== 'GET' || origin !== worker.location.origin) return;
    if (request.mode === 'navigate' && pathname.startsWith(appPage)) event.respondWith(answerFrom(request, appPage));
    else if (pathname !== appPage && Object.hasOwn(shellFiles, pathname))
      event.respondWith(answerFrom(request, pathname));
  });
}

serveShell(self as unknown as WorkerScope);
