import { ApiProblem } from '@tongban/console/api';
import fc from 'fast-check';
import type { Sight } from './facts.js';
import { next, type Application } from './outbox.js';
import { aFile, aMandate, anApplication } from './outbox.fixture.js';
import { confirmed, handOverTo, supplementWith, type Supplement } from './errand.js';
import {
  itemChanged,
  pieceBytes,
  sendOne,
  type OwnersAnswer,
  type Outbox,
  type SenderOptions,
  type Village,
} from './sender.js';

const problem = (status: number, code: string) =>
  new ApiProblem({ type: 'urn:t', title: code, detail: `told: ${code}`, status, code });
/** The process died: nothing after this line ran. */
class Killed extends Error {}

interface Held {
  bytes: number;
  registered: number;
}

/** A village in memory: what it has done stays done, whatever becomes of the answer. */
class MemoryVillage implements Village {
  readonly files = new Map<string, Held>();
  readonly mandates = new Map<string, string>();
  readonly cases = new Map<string, string>();
  version_ = 1;
  refuses: ApiProblem | undefined;
  sight: Sight = {
    ...{ status: 'submitted', closing: null, owner: 'v', intake: 'v', closedAt: null, delivered: false },
  };
  /** Called before and after each act, may throw: a line that breaks, a phone that dies. */
  trouble: () => void = () => undefined;

  private act<T>(work: () => T): Promise<T> {
    try {
      this.trouble();
      const done = work();
      this.trouble();
      return Promise.resolve(done);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  private fileOf(digest: string): Held {
    const held = this.files.get(digest) ?? { bytes: 0, registered: 0 };
    this.files.set(digest, held);
    return held;
  }

  version = () => this.act(() => this.version_);
  held: Village['held'] = (digest) =>
    this.act(() => ({ held: this.fileOf(digest).bytes, complete: this.fileOf(digest).bytes === 300_029 }));
  piece: Village['piece'] = (digest, size, offset, bytes) =>
    this.act(() => {
      const file = this.fileOf(digest);
      if (file.bytes === size) return { held: size, complete: true };
      if (file.bytes !== offset) throw problem(409, 'attachment.offset');
      expect(bytes.length).toBeLessThanOrEqual(pieceBytes);
      file.bytes += bytes.length;
      return { held: file.bytes, complete: file.bytes === size };
    });
  register: Village['register'] = ({ digest, sealedSize }) =>
    this.act(() => {
      expect(this.fileOf(digest).bytes).toBe(sealedSize);
      this.fileOf(digest).registered++;
    });
  grant: Village['grant'] = (mandate, key) =>
    this.act(() => {
      const said = JSON.stringify(mandate);
      if (this.refuses !== undefined) throw this.refuses;
      if ((this.mandates.get(key) ?? said) !== said) throw problem(409, 'request.key-reused');
      this.mandates.set(key, said);
      return `mandate of ${key}`;
    });
  submit: Village['submit'] = (submission, key) =>
    this.act(() => {
      const said = JSON.stringify(submission);
      if (this.refuses !== undefined) throw this.refuses;
      if ((this.cases.get(key) ?? said) !== said) throw problem(409, 'request.key-reused');
      this.cases.set(key, said);
      return { record: `case of ${key}`, number: 'n', queryCode: '123456' };
    });
  see: Village['see'] = () => this.act(() => this.sight);

  readonly errands = new Map<string, string>();
  /** Whether another owns the case, who is asked; and what that one says. */
  asks = false;
  owner: OwnersAnswer = { state: 'pending', code: null, detail: null };

  private run(body: object, key: string) {
    return this.act(() => {
      const said = JSON.stringify(body);
      if (this.refuses !== undefined) throw this.refuses;
      if ((this.errands.get(key) ?? said) !== said) throw problem(409, 'request.key-reused');
      this.errands.set(key, said);
      return this.asks ? `request of ${key}` : undefined;
    });
  }
  supplement: Village['supplement'] = (_record, body, key) => this.run(body, key);
  deliver: Village['deliver'] = (_record, body, key) => this.run(body, key);
  answer: Village['answer'] = (request) =>
    this.act(() => {
      expect(this.errands.has(request.replace('request of ', ''))).toBe(true);
      return this.owner;
    });
}

/** A phone's disk: what was written before it died is there afterwards. */
class Disk implements Outbox {
  trouble: () => void = () => undefined;
  constructor(public kept: Application) {}

  find = () => Promise.resolve(this.kept.state === 'gone' ? undefined : structuredClone(this.kept));
  change: Outbox['change'] = (_id, change) => {
    try {
      this.trouble();
      this.kept = structuredClone(change(this.kept));
      this.trouble();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };
  bytesOf = () => Promise.resolve(new Uint8Array(300_029));
}

const readyOne = (): Application =>
  anApplication({ state: 'ready', mandate: aMandate(), files: [aFile('f1'), aFile('f2')] });

function open(application: Application = readyOne()) {
  const [village, disk] = [new MemoryVillage(), new Disk(application)];
  const options: SenderOptions = {
    ...{ village, outbox: disk, agent: { name: '李明', phone: '139' }, now: () => Date.parse('2026-03-02T20:00:00Z') },
  };
  return { village, disk, send: () => sendOne('a1', options) };
}

it('brings papers, mandate and case to the village, each once, and slims what is left here', async () => {
  const { village, disk, send } = open();
  expect(await send()).toBe('done');
  expect(disk.kept).toMatchObject({ state: 'atVillage', files: [], taken: { number: 'n' } });
  expect([...village.files.values()]).toEqual(Array(3).fill({ bytes: 300_029, registered: 1 }));
  const mandate = JSON.parse([...village.mandates.values()][0]!) as { from: string; until: string };
  // The village's day, in China: the third, and thirty days with it.
  expect([mandate.from, mandate.until]).toEqual(['2026-03-03', '2026-04-01']);
  expect(village.cases.size).toBe(1);
});

it('killed or cut off anywhere, any number of times, it ends with exactly one case', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 12 }), async (troubles) => {
      const { village, disk, send } = open();
      for (const [after, dies] of troubles) {
        let left = after;
        village.trouble = disk.trouble = () => {
          if (left-- === 0) throw dies ? new Killed() : problem(0, 'console.offline');
        };
        await send().catch((error: unknown) => {
          if (!(error instanceof Killed) && !(error instanceof ApiProblem)) throw error;
        });
      }
      village.trouble = disk.trouble = () => undefined;
      expect(await send()).toBe('done');
      expect(disk.kept.state).toBe('atVillage');
      expect([village.cases.size, village.mandates.size, village.files.size]).toEqual([1, 1, 3]);
    }),
    { numRuns: 150 },
  );
});

it('keeps the village’s reason and sends nothing more until the agent has mended it', async () => {
  const { village, disk, send } = open();
  village.refuses = problem(409, 'mandate.two-sides');
  expect(await send()).toBe('done');
  expect(disk.kept).toMatchObject({
    state: 'refused',
    refusal: { code: 'mandate.two-sides', text: 'told: mandate.two-sides' },
  });
  village.refuses = undefined;
  expect(await send()).toBe('done');
  expect(village.cases.size).toBe(0);
  disk.kept = { ...disk.kept, state: next('refused', 'confirm')! };
  await send();
  expect(village.cases.size).toBe(1);
});

it('waits where nobody answers or the login is over, and changes nothing', async () => {
  for (const [status, sent] of [
    [0, 'noAnswer'],
    [503, 'noAnswer'],
    [429, 'noAnswer'],
    [401, 'login'],
  ] as const) {
    const { village, disk, send } = open();
    village.refuses = problem(status, 'some');
    expect(await send()).toBe(sent);
    expect(disk.kept.state).toBe('ready');
  }
});

it('tells that the item has another version before anything is signed under the old one', async () => {
  const { village, disk, send } = open();
  village.version_ = 2;
  await send();
  expect(disk.kept).toMatchObject({ state: 'refused', refusal: { code: itemChanged, text: '2' } });
  expect(village.mandates.size).toBe(0);
});

it('does not send what the agent takes back at the last moment', async () => {
  const { village, disk, send } = open();
  disk.trouble = () => {
    if (village.mandates.size === 1 && disk.kept.mandate?.record !== undefined && disk.kept.state === 'ready')
      disk.kept = { ...disk.kept, state: 'draft' };
  };
  await send();
  expect([disk.kept.state, village.cases.size]).toEqual(['draft', 0]);
});

it('looks after what is on its way until it has faded', async () => {
  const { village, disk, send } = open();
  await send();
  const see = async (sight: Partial<Sight>) => {
    village.sight = { ...village.sight, ...sight };
    await send();
    return disk.kept.state;
  };
  expect(await see({})).toBe('atVillage');
  expect(await see({ owner: 't' })).toBe('arrived');
  expect(await see({ status: 'closed', closing: 'certified', closedAt: '2026-03-02T02:00:00Z' })).toBe('answered');
  expect(await see({ delivered: true })).toBe('gone');
});

const taken = { record: 'r', number: 'n', queryCode: '123456' };
const away = { owner: 't', intake: 'v', closedAt: null, delivered: false } as const;
const asking: Sight = {
  ...{ ...away, status: 'supplementing', closing: null, mandate: 'm1' },
  notice: { number: 'BZ1', materials: ['id-card'] },
};
const given = { ...away, status: 'submitted', closing: null };
const certified: Sight = { ...away, status: 'closed', closing: 'certified', closedAt: '2026-03-02T02:00:00Z' };
const ownKey = (key: string) => (): string => key;

/** A case that waits for papers, with the papers confirmed on the phone. */
const supplementing = (): Application => {
  const begun = supplementWith(undefined, 'BZ1', () => [aFile('f1')], ownKey('draft')) as Supplement;
  return anApplication({ state: 'answered', taken, sight: asking, errand: confirmed(begun, ownKey('key 3')) });
};
const handedOver = (at: number): Application =>
  anApplication({ state: 'answered', taken, sight: certified, errand: handOverTo('王秀英', at, 'key 4') });

describe('what the agent does for a case that the village has', () => {
  it('brings the missing papers, each once, under the mandate of the case', async () => {
    const { village, disk, send } = open(supplementing());
    village.sight = given;
    expect(await send()).toBe('done');
    expect([...village.files.values()]).toEqual([{ bytes: 300_029, registered: 1 }]);
    expect(JSON.parse(village.errands.get('key 3')!)).toMatchObject({
      mandate: 'm1',
      attachments: [{ material: 'id-card' }],
    });
    expect(disk.kept).toMatchObject({ state: 'arrived', errand: undefined });
  });

  it('killed or cut off anywhere, any number of times, answers a notice once and tells the owner’s word', async () => {
    const trouble = fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(trouble, fc.boolean(), async (troubles, asks) => {
        const { village, disk, send } = open(supplementing());
        village.asks = asks;
        village.sight = asking;
        for (const [after, dies] of troubles) {
          let left = after;
          village.trouble = disk.trouble = () => {
            if (left-- === 0) throw dies ? new Killed() : problem(0, 'console.offline');
          };
          await send().catch((error: unknown) => {
            if (!(error instanceof Killed) && !(error instanceof ApiProblem)) throw error;
          });
        }
        village.trouble = disk.trouble = () => undefined;
        await send();
        expect(disk.kept.errand?.state).toBe(asks ? 'asked' : 'taken');
        expect([village.errands.size, village.files.size]).toEqual([1, 1]);
        village.owner = { state: 'done', code: null, detail: null };
        village.sight = given;
        await send();
        expect(disk.kept).toMatchObject({ state: 'arrived', errand: undefined });
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the papers and the reason when the owner refuses them, and sends them anew under another key', async () => {
    const { village, disk, send } = open(supplementing());
    village.asks = true;
    village.sight = asking;
    await send();
    village.owner = { state: 'refused', code: 'case.material-missing', detail: '补正材料不齐' };
    await send();
    expect(disk.kept.errand).toMatchObject({ state: 'refused', refusal: { text: '补正材料不齐' } });
    const [refused] = [disk.kept.errand as Supplement];
    expect(refused.files).toHaveLength(1);
    disk.kept = { ...disk.kept, errand: confirmed(refused, ownKey('key 5')) };
    village.owner = { state: 'done', code: null, detail: null };
    await send();
    expect([...village.errands.keys()]).toEqual(['key 3', 'key 5']);
    await send();
    expect(disk.kept.errand?.state).toBe('taken');
  });

  it('is no more when somebody else has answered the notice', async () => {
    const { village, disk, send } = open(supplementing());
    village.refuses = problem(409, 'case.state');
    await send();
    expect(disk.kept.errand?.state).toBe('refused');
    village.sight = given;
    await send();
    expect(disk.kept.errand).toBeUndefined();
  });

  it('records a hand-over of yesterday as of yesterday, and one of a wrong clock within reason', async () => {
    const now = Date.parse('2026-03-02T20:00:00Z');
    const closed = Date.parse(certified.closedAt!);
    for (const [at, told] of [
      [now - 3_600_000, now - 3_600_000],
      [now + 5 * 86_400_000, now],
      [closed - 9 * 86_400_000, closed],
    ] as const) {
      const { village, disk, send } = open(handedOver(at));
      village.sight = { ...certified, delivered: true };
      await send();
      expect(JSON.parse(village.errands.get('key 4')!)).toEqual({
        ...{ method: 'village', recipient: '王秀英', deliveredAt: told },
      });
      expect(disk.kept.state).toBe('gone');
    }
  });

  it('waits for a login as it is, and lets a case that may not be looked at hold up no other', async () => {
    const { village, disk, send } = open(supplementing());
    village.refuses = problem(401, 'auth');
    expect(await send()).toBe('login');
    expect(disk.kept.errand?.state).toBe('sending');
    const other = open(anApplication({ state: 'arrived', taken, sight: given }));
    other.village.trouble = () => {
      throw problem(403, 'auth.forbidden');
    };
    expect(await other.send()).toBe('done');
    expect(other.disk.kept.state).toBe('arrived');
  });
});
