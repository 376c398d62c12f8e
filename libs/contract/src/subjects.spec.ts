import { nodeCode, parentOf, tierOf, tiers, type NodeCode, type Tier } from '@tongban/kernel';
import fc from 'fast-check';
import { catalogueSubject, hostTags, hostTemplate, inboxSubject, statusSubject } from './subjects.js';

/** As the server matches: `*` is one token, `>` one or more at the end. */
function matches(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split('.'), subject.split('.')];
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index;
    if (given[index] === undefined || (token !== '*' && token !== given[index])) return false;
  }
  return wanted.length === given.length;
}

/** As the server fills a template: once for each value of the tag. */
function filled(templates: readonly string[], name: string, tags: readonly string[]): string[] {
  return templates.flatMap((template) => {
    const tag = /\{\{tag\((\w+)\)\}\}/.exec(template);
    const named = template.replace('{{name()}}', name);
    if (tag === null) return [named];
    const values = tags.filter((text) => text.startsWith(`${tag[1]}:`)).map((text) => text.slice(tag[1]!.length + 1));
    return values.map((value) => named.replace(tag[0], value));
  });
}

const mayOf = (tier: Tier, scopes: readonly string[]) => {
  const tags = hostTags({ tier, scopes, inboxConsumer: 'host_x', catalogueConsumer: 'catalogue_x' });
  const publish = filled(hostTemplate.publish, 'host', tags);
  const subscribe = filled(hostTemplate.subscribe, 'host', tags);
  return {
    publish: (subject: string) => publish.some((pattern) => matches(pattern, subject)),
    subscribe: (subject: string) => subscribe.some((pattern) => matches(pattern, subject)),
  };
};

const digits = (count: number) =>
  fc.integer({ min: 1, max: 10 ** count - 1 }).map((n) => String(n).padStart(count, '0'));
const village = fc.tuple(digits(2), digits(3), digits(3)).map(([d, t, v]) => nodeCode(`3711${d}${t}${v}`));
const lineOf = (node: NodeCode): NodeCode[] => {
  const above = parentOf(node);
  return above === undefined ? [node] : [node, ...lineOf(above)];
};
/** A node of any tier, and a scope that names it. */
const placed = fc
  .tuple(village, fc.constantFrom(0, 1, 2, 3, 4), fc.constantFrom(2, 4, 6, 9, 12))
  .map(([code, up, length]) => {
    const node = lineOf(code)[up]!;
    return { node, scope: length === 12 ? node : `${node.slice(0, length)}*` };
  })
  .filter(({ node, scope }) => scope === node || scope.length - 1 <= node.replace(/(00)?(000)*$/, '').length);

describe('permissions of a host on the hub', () => {
  it('let every node speak to its parent and its children', () => {
    fc.assert(
      fc.property(placed, village, ({ node, scope }, other) => {
        const may = mayOf(tierOf(node), [scope]);
        const parent = parentOf(node);
        const child = lineOf(other).find((below) => parentOf(below) === node);
        for (const neighbour of [parent, child]) {
          if (neighbour === undefined) continue;
          expect(may.publish(inboxSubject(neighbour))).toBe(true);
          expect(may.publish(statusSubject(neighbour))).toBe(true);
        }
        expect(may.subscribe(statusSubject(node))).toBe(true);
        expect(may.publish(catalogueSubject(node, 'item', 'a.1'))).toBe(true);
      }),
    );
  });

  it('of a single node reach nobody but its parent and its children', () => {
    fc.assert(
      fc.property(village, fc.constantFrom(0, 1, 2, 3), village, fc.constantFrom(0, 1, 2, 3, 4), (a, up, b, other) => {
        const node = lineOf(a)[up]!;
        const stranger = lineOf(b)[other]!;
        const may = mayOf(tierOf(node), [node]);
        const isNeighbour = parentOf(node) === stranger || parentOf(stranger) === node;
        expect(may.publish(inboxSubject(stranger))).toBe(isNeighbour);
        expect(may.publish(statusSubject(stranger))).toBe(isNeighbour);
        expect(may.publish(catalogueSubject(stranger, 'item', 'a.1'))).toBe(stranger === node);
        expect(may.subscribe(statusSubject(stranger))).toBe(stranger === node);
        expect(may.subscribe(inboxSubject(stranger))).toBe(false);
      }),
    );
  });

  it('of a tier never reach further than one tier up or down', () => {
    for (const tier of tiers) {
      const may = mayOf(tier, [tier === 'province' ? '370000000000' : '3711*']);
      const reached = lineOf(nodeCode('371102001001')).filter((node) => may.publish(inboxSubject(node)));
      const distances = reached.map((node) => Math.abs(tiers.indexOf(tierOf(node)) - tiers.indexOf(tier)));
      expect(distances.every((distance) => distance === 1)).toBe(true);
      expect(reached.length).toBe(tier === 'province' || tier === 'village' ? 1 : 2);
    }
  });

  it('of a city without districts join townships and city', () => {
    const [city, town] = [nodeCode('441900000000'), nodeCode('441900101000')];
    expect(mayOf('city', ['4419*']).publish(inboxSubject(town))).toBe(true);
    expect(mayOf('city', [city]).publish(inboxSubject(town))).toBe(true);
    expect(mayOf('township', ['4419*']).publish(inboxSubject(city))).toBe(true);
    expect(mayOf('township', [town]).publish(inboxSubject(city))).toBe(true);
    expect(mayOf('township', [town]).publish(inboxSubject(nodeCode('441900102001')))).toBe(false);
  });

  it('have no administration in them, no other’s consumer and no other’s inbox', () => {
    const may = mayOf('village', ['3711*']);
    for (const subject of [
      '$JS.API.STREAM.CREATE.X',
      '$JS.API.STREAM.DELETE.INBOX',
      '$JS.API.STREAM.PURGE.CATALOG',
      '$JS.API.STREAM.MSG.GET.INBOX',
      '$JS.API.DIRECT.GET.INBOX',
      '$JS.API.CONSUMER.CREATE.INBOX.host_x',
      '$JS.API.CONSUMER.DURABLE.CREATE.INBOX.host_x',
      '$JS.API.CONSUMER.DELETE.INBOX.host_x',
      '$JS.API.CONSUMER.MSG.NEXT.INBOX.host_y',
      '$JS.API.CONSUMER.INFO.CATALOG.catalogue_y',
      '$JS.ACK.INBOX.host_y.1.1.1.1.1',
      '$SYS.REQ.SERVER.PING',
    ])
      expect([subject, may.publish(subject)]).toEqual([subject, false]);
    expect(may.publish('$JS.API.CONSUMER.MSG.NEXT.INBOX.host_x')).toBe(true);
    for (const subject of ['_INBOX.other.1', '_INBOX.1', 'tongban.inbox.village.37.11.02.001.001', '>'])
      expect([subject, may.subscribe(subject)]).toEqual([subject, false]);
    expect(may.subscribe('_INBOX.host.1')).toBe(true);
  });
});
