import { nextHop, nodeCode, type NodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import {
  admit,
  cameThrough,
  forwards,
  givesParked,
  holders,
  isEarlierSession,
  judge,
  mayAnswer,
  mayWrite,
  neighbours,
  newSender,
  nextRange,
  receive,
  receiverIn,
  senderIn,
  senderLimits,
  senderStep,
  sessionOf,
  takesSession,
  triedAgain,
  waitsForParked,
} from './index.js';
import type { HeadEntry, RecordHead, ReceiverState, SenderState } from './index.js';

const province = nodeCode('370000000000');
const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const otherTownship = nodeCode('371122100000');
const nodes = [province, city, district, township, village, otherTownship, nodeCode('371122000000')];

const hashOf = (seq: number): Uint8Array => new Uint8Array(32).fill(seq);
const first: HeadEntry = {
  record: 'r',
  recordClass: 'case',
  seq: 1,
  epoch: 1,
  type: 'case.submitted',
  author: village,
  prevHash: new Uint8Array(32),
  hash: hashOf(1),
};
const following = (seq: number, change: Partial<HeadEntry>): HeadEntry => ({
  ...first,
  seq,
  prevHash: hashOf(seq - 1),
  hash: hashOf(seq),
  type: 'case.x',
  ...change,
});

function fold(entries: readonly HeadEntry[]): RecordHead {
  let head: RecordHead | undefined;
  for (const entry of entries) {
    const admission = admit(head, entry);
    if (!admission.ok || admission.value.kind !== 'applied') throw new Error(JSON.stringify(admission));
    head = admission.value.head;
  }
  return head!;
}

const offered = following(2, { type: 'record.offered', offerTo: township });
const taken = following(3, { type: 'record.taken', author: township, epoch: 2 });

describe('admit', () => {
  it('moves ownership by offer and taking', () => {
    const pending = fold([first, offered]);
    expect(pending).toMatchObject({ owner: village, offeredTo: township, members: [village, township] });
    const after = fold([first, offered, taken]);
    expect(after).toMatchObject({ owner: township, epoch: 2, seq: 3 });
    expect(after.offeredTo).toBeUndefined();
  });

  it.each<[string, readonly HeadEntry[], HeadEntry, string]>([
    ['a gap', [first], following(3, {}), 'link.gap'],
    ['a missing beginning', [], following(2, {}), 'link.gap'],
    ['another chain', [first], following(2, { prevHash: hashOf(9) }), 'link.chain'],
    ['a fork of what is held', [first], { ...first, hash: hashOf(9) }, 'link.chain'],
    ['a stranger', [first], following(2, { author: city }), 'link.author'],
    ['an old epoch', [first, offered, taken], following(4, { author: township }), 'link.epoch'],
    ['the old owner after the taking', [first, offered, taken], following(4, { epoch: 2 }), 'link.author'],
    ['the owner after its offer', [first, offered], following(3, {}), 'link.author'],
    ['taking without an offer', [first], following(2, { type: 'record.taken', author: city, epoch: 2 }), 'link.author'],
    ['taking by another', [first, offered], { ...taken, author: city }, 'link.author'],
    ['taking in the same epoch', [first, offered], { ...taken, epoch: 1 }, 'link.epoch'],
    ['an offer to itself', [first], { ...offered, offerTo: village }, 'link.author'],
    ['a first entry in epoch 2', [], { ...first, epoch: 2 }, 'link.epoch'],
    ['a record that begins with an offer', [], { ...first, type: 'record.offered' }, 'link.author'],
    ['another class', [first], following(2, { recordClass: 'mandate' }), 'link.author'],
  ])('refuses %s', (_name, before, entry, code) => {
    const head = before.length === 0 ? undefined : fold(before);
    expect(admit(head, entry)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('knows what it holds', () => {
    expect(admit(fold([first]), first, hashOf(1))).toEqual({ ok: true, value: { kind: 'known' } });
  });
});

describe('forwards', () => {
  const head = (members: readonly NodeCode[], seq: number): RecordHead => ({ ...fold([first]), members, seq });

  it('sends a new record up, and the answer down to the intake', () => {
    expect(forwards(village, undefined, head([village], 1), undefined)).toEqual([{ to: township, from: 1, until: 1 }]);
    expect(forwards(district, undefined, head([village], 1), township)).toEqual([{ to: city, from: 1, until: 1 }]);
    expect(forwards(township, head([village], 1), head([village], 2), undefined)).toEqual([
      { to: district, from: 2, until: 2 },
      { to: village, from: 2, until: 2 },
    ]);
    expect(forwards(city, undefined, head([village], 1), district)).toEqual([{ to: province, from: 1, until: 1 }]);
  });

  it('sends the whole history to a branch that an offer opens', () => {
    const before = head([village], 4);
    const after = head([village, otherTownship], 5);
    expect(forwards(city, before, after, district)).toEqual([
      { to: province, from: 5, until: 5 },
      { to: '371122000000', from: 1, until: 5 },
    ]);
  });

  it('reaches exactly the holders, each once, from any author', () => {
    fc.assert(
      fc.property(fc.subarray(nodes, { minLength: 1 }), (members) => {
        const all = holders(members, province);
        const seen = new Map<NodeCode, number>();
        const queue: [NodeCode, NodeCode | undefined][] = [[members[0]!, undefined]];
        for (const [node, from] of queue) {
          seen.set(node, (seen.get(node) ?? 0) + 1);
          for (const { to } of forwards(node, head(members, 1), head(members, 2), from)) queue.push([to, node]);
        }
        expect([...seen.keys()].sort()).toEqual(all);
        expect([...seen.values()].every((times) => times === 1)).toBe(true);
      }),
    );
  });
});

describe('link', () => {
  it('delivers every message once and in order over a courier that loses, doubles and reorders', () => {
    const events = fc.array(
      fc.constantFrom('commit', 'send', 'deliver', 'lose', 'double', 'reorder', 'status', 'tick'),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (script, numbers) => {
        const random = (bound: number): number => (numbers.next().value as number) % bound;
        let sender: SenderState = newSender(0, 0);
        let receiver: ReceiverState = { applied: 0 };
        let now = 0;
        let last = 0;
        const applied: number[] = [];
        const wire: { first: number; count: number }[] = [];
        const act = (event: string): void => {
          now += 1_000;
          if (event === 'commit') sender = senderStep(sender, { type: 'committed', last: ++last }, now);
          if (event === 'send') {
            const range = nextRange(sender);
            if (range === undefined) return;
            wire.push({ first: range.from, count: range.until - range.from + 1 });
            sender = senderStep(sender, { type: 'handedOver', until: range.until }, now);
          }
          if (event === 'lose') wire.splice(random(wire.length + 1), 1);
          if (event === 'double' && wire.length > 0) wire.push(wire[random(wire.length)]!);
          if (event === 'reorder') wire.reverse();
          if (event === 'deliver' && wire.length > 0) {
            const range = wire.shift()!;
            const reception = receive(receiver, { ...range, session: 'a', base: 0 });
            if (reception.kind !== 'apply') return;
            for (let index = reception.skip; index < range.count; index++) applied.push(range.first + index);
            receiver = reception.next;
          }
          if (event === 'status') sender = senderStep(sender, { type: 'receipt', applied: receiver.applied }, now);
          if (event === 'tick') {
            now += senderLimits.maxRewindDelayMs;
            sender = senderStep(sender, { type: 'tick' }, now);
          }
        };
        script.forEach(act);
        // The link heals: everything committed arrives within a bounded number of steps.
        for (let step = 0; step < 4 * (last + 4); step++) ['tick', 'send', 'deliver', 'status'].forEach(act);
        expect(applied).toEqual(Array.from({ length: last }, (_unused, index) => index + 1));
        expect(sender.acked).toBe(last);
        expect(sender.unackedSince).toBeUndefined();
      }),
    );
  });

  it('takes over where a later session begins, and nothing of an earlier one', () => {
    const state = { session: 'b', applied: 7 };
    expect(receive(state, { session: 'c', base: 3, first: 8, count: 1 })).toEqual({ kind: 'gap' });
    expect(receive(state, { session: 'c', base: 3, first: 3, count: 3 })).toEqual({
      kind: 'apply',
      skip: 1,
      next: { session: 'c', applied: 5 },
    });
    expect(receive(state, { session: 'b/x', base: 9, first: 10, count: 1 })).toMatchObject({ kind: 'apply', skip: 0 });
    expect(receive(state, { session: 'a/z', base: 7, first: 8, count: 1 })).toEqual({ kind: 'stale' });
    expect(receive({ session: 'b/x', applied: 9 }, { session: 'b', base: 0, first: 1, count: 9 })).toEqual({
      kind: 'stale',
    });
  });

  it('goes back once for a gap that is reported many times, until a receipt or a second has passed', () => {
    let sender = senderStep(newSender(0, 0), { type: 'committed', last: 10 }, 0);
    const goesBack = (at: number): boolean => {
      sender = senderStep(sender, { type: 'handedOver', until: 10 }, at);
      sender = senderStep(sender, { type: 'gap', applied: sender.acked }, at);
      return sender.sent === sender.acked;
    };
    expect([0, 20, 999, 1_000, 1_020].map(goesBack)).toEqual([true, false, false, true, false]);
    sender = senderStep(sender, { type: 'receipt', applied: 4 }, 1_040);
    expect([1_040, 1_060].map(goesBack)).toEqual([true, false]);
  });

  it('bounds what is outstanding and slows its rewinds', () => {
    let sender = newSender(0, 0);
    sender = senderStep(sender, { type: 'committed', last: 1_000_000 }, 0);
    let range = nextRange(sender);
    while (range !== undefined) {
      sender = senderStep(sender, { type: 'handedOver', until: range.until }, 0);
      range = nextRange(sender);
    }
    expect(sender.sent).toBe(senderLimits.windowMessages);
    const delays: number[] = [];
    for (let rewind = 0; rewind < 10; rewind++) {
      const at = sender.rewindAt!;
      sender = senderStep(sender, { type: 'tick' }, at);
      expect(sender.sent).toBe(0);
      delays.push(sender.rewindAt! - at);
    }
    expect(delays[0]).toBe(senderLimits.firstRewindDelayMs);
    expect(delays.at(-1)).toBe(senderLimits.maxRewindDelayMs);
  });
});

describe('restores', () => {
  const names = fc.stringMatching(/^t[0-9a-f]{6}$/);

  it('orders sessions by the sender, then by the receiver, and in one way only', () => {
    fc.assert(
      fc.property(names, names, fc.option(names, { nil: '' }), fc.option(names, { nil: '' }), (a, b, x, y) => {
        const [left, right] = [sessionOf(a, x), sessionOf(b, y)];
        expect([senderIn(left), receiverIn(left)]).toEqual([a, x]);
        expect(isEarlierSession(left, right)).toBe(a < b || (a === b && x < y));
        expect(isEarlierSession(left, right) && isEarlierSession(right, left)).toBe(false);
      }),
    );
  });

  it.each([
    ['the first word of a neighbour', '', { incarnation: 't1', recovering: false }, 'same'],
    ['the same again', 't1', { incarnation: 't1', recovering: false }, 'same'],
    ['a word from before its restore', 't2', { incarnation: 't1', recovering: true }, 'stale'],
    ['a later name', 't1', { incarnation: 't2', recovering: false }, 'renew'],
    ['a first word that says so', '', { incarnation: 't2', recovering: true }, 'renew'],
  ])('judges %s', (_name, known, heard, judged) => {
    expect(judge(known, heard)).toBe(judged);
  });

  it('takes no session that was begun for what it has forgotten', () => {
    expect(takesSession({ id: 't2', restored: true }, 'a/t2')).toBe(true);
    expect(takesSession({ id: 't2', restored: true }, 'a')).toBe(false);
    expect(takesSession({ id: 't2', restored: true }, 'a/t1')).toBe(false);
    expect(takesSession({ id: 't1', restored: false }, 'a')).toBe(true);
  });

  it('lets every restored node of a tree answer its neighbours in the end, whichever were restored', () => {
    // Node 0 is the root; the parent of node i is any earlier one.
    const trees = fc.array(fc.record({ parent: fc.nat(), restored: fc.boolean() }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(trees, (nodes) => {
        const peersOf = nodes.map((): number[] => []);
        nodes.forEach(({ parent }, index) => {
          if (index === 0) return;
          peersOf[index]!.push(parent % index);
          peersOf[parent % index]!.push(index);
        });
        const waiting = nodes.map(({ restored }, index) => new Set(restored ? peersOf[index]!.map(String) : []));
        for (let round = 0; round <= nodes.length; round++) {
          waiting.forEach((peers, index) => {
            for (const peer of [...peers]) {
              if (mayAnswer(waiting[Number(peer)]!, String(index))) peers.delete(peer);
            }
          });
        }
        expect(waiting.every((peers) => peers.size === 0)).toBe(true);
      }),
    );
  });
});

describe('parked entries', () => {
  it.each([
    [false, false, true],
    [true, false, false],
    [false, true, false],
    [true, true, false],
  ])('recovering %s and parked %s: may write %s', (recovering, parked, expected) => {
    expect(mayWrite({ recovering, parked })).toBe(expected);
  });

  it('are tried again for the records that got entries, each once', () => {
    const parked = new Set(['a', 'b']);
    expect(triedAgain((record) => parked.has(record), ['b', 'c', 'b'])).toEqual(['b']);
  });

  it('are given to a restored neighbour where their author is beyond it, and its side holds the record then', () => {
    fc.assert(
      fc.property(fc.subarray(nodes, { minLength: 1 }), fc.constantFrom(...nodes), (members, node) => {
        const given = members.map((author) =>
          neighbours(node, members).filter((peer) => givesParked(node, peer, author)),
        );
        // One neighbour each, which holds the record; none for what the node itself has written.
        for (const [index, author] of members.entries()) expect(given[index]).toHaveLength(author === node ? 0 : 1);
      }),
    );
  });

  it.each<[string, NodeCode | undefined, NodeCode | undefined, boolean]>([
    ['of an unknown owner', undefined, township, true],
    ['of the node itself', district, city, true],
    ['that has been where it would go', village, township, true],
    ['to another owner', village, city, false],
    ['to another owner, after it has waited', village, undefined, false],
  ])('make a request %s wait: from %s by %s', (_what, owner, sender, waits) => {
    expect(waitsForParked(district, owner, sender)).toBe(waits);
  });
});

describe('a request', () => {
  it('was here before exactly when it does not come from its origin’s side', () => {
    fc.assert(
      fc.property(fc.constantFrom(...nodes), fc.constantFrom(...nodes), (node, origin) => {
        const from = neighbours(node, nodes).filter((sender) => !cameThrough(node, sender, origin));
        expect(from).toEqual(node === origin ? neighbours(node, nodes) : [nextHop(node, origin)]);
      }),
    );
  });
});
