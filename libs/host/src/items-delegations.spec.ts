import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cataloguePartSchema, type ServiceItem } from '@tongban/domain/catalogue';
import {
  authorityAt,
  delegationSchema,
  endingAt,
  inForce,
  powersAt,
  resolveRoute,
  type Delegation,
} from '@tongban/domain/delegation';
import { nodeCode, ok, refuse, tierOf } from '@tongban/kernel';
import { itemSourceOf, type ItemView } from './items.js';

const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const on = '2026-03-17';
const publisher = '371100000000';

async function anItem(): Promise<ServiceItem> {
  const text = await readFile(join(import.meta.dirname, '../../../deploy/catalogue/civil-affairs.json'), 'utf8');
  const found = cataloguePartSchema.parse(JSON.parse(text)).items?.find(({ level }) => level === 'district');
  if (found === undefined) throw new Error('no item of the district');
  return found;
}

/** A catalogue with one item and the delegations given, asked with the real rules. */
function viewOf(item: ServiceItem, delegations: readonly Delegation[]): ItemView {
  const question = (node: typeof district, day: string) => ({ item, intake: node, delegations, on: day });
  return {
    findItem: (_node, code) => (code === item.code ? ok(item) : refuse('item.unknown', code)),
    findItemVersion: (_node, code, version) =>
      code === item.code && version === item.version ? ok(item) : refuse('item.version-not-held', code),
    powers: (node, each, day) => powersAt(node, each, delegations, day),
    endings: (node, _code, day) => endingAt(question(node, day)),
    route(node, _code, day) {
      const route = resolveRoute(question(node, day));
      return route.ok ? ok({ item, route: route.value }) : route;
    },
    authority(node, _code, day) {
      const authority = authorityAt(question(node, day));
      return authority.ok ? ok({ item, authority: authority.value }) : authority;
    },
    delegationsAt(node, day) {
      const counting = inForce(delegations, item.code, day);
      return { given: [], received: counting.filter(({ to }) => to === node || to === tierOf(node)) };
    },
  };
}

describe('delegations as casework asks for them', () => {
  let item: ServiceItem;
  const given = (changes: Partial<Delegation>): Delegation =>
    delegationSchema.parse({
      ...{ id: `whole`, item: item.code, from: 'district', to: 'township', powers: ['accept', 'decide', 'certify'] },
      ...{ form: 'entrusted', validFrom: '2026-01-01', version: 1 },
      ...changes,
    });
  const sourceOf = (...delegations: Partial<Delegation>[]) =>
    itemSourceOf(
      viewOf(
        item,
        delegations.map((each) => {
          const made = given(each);
          return { ...made, id: `${publisher}/${made.id}` };
        }),
      ),
    );

  beforeAll(async () => {
    item = await anItem();
  });

  it('a quota is counted from the first day of its period, by the powers that it gives', () => {
    const source = sourceOf({ quota: { cases: 3, per: 'month' } });
    expect(source.quotas(township, item.code, on)).toEqual([
      {
        delegation: `${publisher}/whole`,
        giver: district,
        powers: ['submit', 'accept', 'decide', 'certify', 'deliver'],
        cases: 3,
        since: '2026-03-01',
      },
    ]);
    expect(source.quotas(district, item.code, on)).toEqual([]);
    expect(sourceOf({}).quotas(township, item.code, on)).toEqual([]);
  });

  it('a route without what is used up goes to the giver, and is refused where nothing is left', () => {
    const routeOf = (source: ReturnType<typeof sourceOf>, usedUp: readonly string[]) => {
      const routed = source.route(township, item.code, on, usedUp);
      return routed.ok ? [routed.value.route.accept, routed.value.route.decide] : routed.refusal.code;
    };
    const whole = sourceOf({});
    expect(routeOf(whole, [])).toEqual([township, township]);
    expect(routeOf(whole, [`${publisher}/whole`])).toEqual([district, district]);
    expect(routeOf(sourceOf({ powers: ['submit'] }), [`${publisher}/whole`])).toBe('delegation.none');
    // Another delegation, not used up, still gives its own.
    const both = sourceOf({}, { id: 'accepting', powers: ['accept'] });
    expect(routeOf(both, [`${publisher}/whole`])).toEqual([township, district]);
  });

  it('a power counts as lost on its day, unless another delegation gives it', () => {
    const revocation = { runningCases: 'handBack' as const, reason: '权限调整' };
    const ended = { revokedOn: '2026-03-17', revocation };
    const source = sourceOf(ended);
    expect(source.endings(township, item.code, '2026-03-16')).toEqual([]);
    expect(source.endings(township, item.code, on)).toMatchObject([
      { id: `${publisher}/whole`, powers: ['accept', 'decide', 'certify'], rule: 'handBack', to: district },
    ]);
    const both = sourceOf(ended, { id: 'accepting', powers: ['accept'] });
    expect(both.endings(township, item.code, on)).toMatchObject([{ powers: ['decide', 'certify'] }]);
    expect(sourceOf(ended, { id: 'again' }).endings(township, item.code, on)).toEqual([]);
  });

  it('a version is pinned as it is held, and materials go by their names', async () => {
    const source = sourceOf({});
    expect(source.findPin(township, item.code, item.version)).toMatchObject({ code: item.code, version: item.version });
    expect(source.findPin(township, item.code, 999)).toBeUndefined();
    const held = await source.findMaterials(township, item.code, item.version);
    expect(held?.named.map(({ code }) => code)).toEqual(item.materials.map(({ code }) => code));
    expect(held?.named[0]?.name).toBe(item.materials[0]?.name);
    expect(held?.form).toEqual(item.applicantForm);
  });
});
