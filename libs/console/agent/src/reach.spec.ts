import { askVillage, lookAgain, reach, watchReach } from './reach.js';

const browser = new EventTarget();
let network = true;
let answer: () => Promise<Response>;
const asked: { readonly url: string; readonly method: string | undefined }[] = [];

beforeAll(() => {
  Object.defineProperty(globalThis, 'navigator', {
    value: {
      get onLine() {
        return network;
      },
    },
  });
  globalThis.addEventListener = browser.addEventListener.bind(browser) as typeof addEventListener;
  globalThis.removeEventListener = browser.removeEventListener.bind(browser) as typeof removeEventListener;
  globalThis.fetch = (input, init) => {
    asked.push({ url: String(input), method: init?.method });
    return answer();
  };
});

beforeEach(async () => {
  network = true;
  answer = async () => new Response(null, { status: 204 });
  await askVillage('/v1/anything');
  asked.length = 0;
});

const silent = async (): Promise<Response> => {
  throw new TypeError('Failed to fetch');
};

it('is a network whose last question was answered, if only by a refusal', async () => {
  expect(reach()).toBe('online');
  answer = silent;
  await expect(askVillage('/v1/anything')).rejects.toThrow('Failed to fetch');
  expect(reach()).toBe('unanswered');
  answer = async () => new Response(null, { status: 503 });
  await askVillage('/v1/anything');
  expect(reach()).toBe('online');
  network = false;
  expect(reach()).toBe('offline');
});

it('is looked at with one question of no weight, and that does not throw', async () => {
  answer = silent;
  expect(await lookAgain()).toBe('unanswered');
  answer = async () => new Response(null, { status: 200 });
  expect(await lookAgain()).toBe('online');
  expect(asked).toEqual(Array(2).fill({ url: '/console/settings.json', method: 'HEAD' }));
});

it('tells of every change once, and takes another network for another chance', async () => {
  const seen: string[] = [];
  const stop = watchReach(() => seen.push(reach()));
  answer = silent;
  await lookAgain();
  await lookAgain();
  network = false;
  browser.dispatchEvent(new Event('offline'));
  network = true;
  browser.dispatchEvent(new Event('online'));
  expect(seen).toEqual(['unanswered', 'offline', 'online']);
  stop();
  await lookAgain();
  browser.dispatchEvent(new Event('offline'));
  expect(seen.length).toBe(3);
});
