import { type ServiceItem } from '@tongban/domain/catalogue';
import type { FeeLine, ItemPin } from '@tongban/domain/casework';
import {
  pathDown,
  periodStart,
  resolveRoute,
  withoutUsedUp,
  type Delegation,
  type QuotaGrant,
} from '@tongban/domain/delegation';
import type { ItemSource } from '@tongban/feature/casework';
import type { CatalogueView } from '@tongban/feature/catalogue';
import { ok, type NodeCode } from '@tongban/kernel';

/** The published standards that a payment notice counts with: what is told in prose alone cannot be billed. */
const feesOf = ({ fee, fees = [] }: ServiceItem): FeeLine[] =>
  fee.charged
    ? fees.flatMap(({ code, name, amountFen, unit, basis, choice, measured, maxQuantity }) =>
        code === undefined || amountFen === undefined || unit === undefined
          ? []
          : [
              {
                ...{ code, name, amountFen, basis, unit },
                ...(choice === undefined ? {} : { choice }),
                ...(measured === undefined ? {} : { measured }),
                ...(maxQuantity === undefined ? {} : { maxQuantity }),
              },
            ],
      )
    : [];

/** What a case keeps of the item version that it is submitted under. */
export const pinOf = (item: ServiceItem): ItemPin => ({
  code: item.code,
  version: item.version,
  name: item.name,
  type: item.type,
  regime: item.regime,
  level: item.level,
  department: item.departmentId,
  statutoryDays: item.statutoryDays,
  promisedDays: item.promisedDays,
  timeUnit: 'workingDay',
  resultKind: item.result.kind,
  resultName: item.result.name,
  ...(feesOf(item).length === 0 ? {} : { fees: feesOf(item) }),
  steps: item.steps.map(({ name, power, days }) => ({ name, power, days })),
});

/** What is asked of the catalogue that a host holds. */
export type ItemView = Pick<
  CatalogueView,
  'route' | 'endings' | 'findItem' | 'findItemVersion' | 'powers' | 'authority' | 'delegationsAt'
>;

/** Delegations of an item in force along the path from the competent node down to a node. */
const delegationsAlong = (view: ItemView, path: readonly NodeCode[], code: string, on: string): Delegation[] => {
  const found = path.flatMap((node) => view.delegationsAt(node, on).received.filter(({ item }) => item === code));
  return [...new Map(found.map((delegation) => [delegation.id, delegation])).values()];
};

function routeWithout(view: ItemView, node: NodeCode, code: string, on: string, usedUp: readonly string[]) {
  const item = view.findItem(node, code, on);
  if (!item.ok) return item;
  const given = delegationsAlong(view, pathDown(node, item.value.level), code, on);
  const delegations = withoutUsedUp(given, usedUp);
  const route = resolveRoute({ item: item.value, intake: node, delegations, on });
  return route.ok ? ok({ item: item.value, route: route.value }) : route;
}

/** Grants that hold and have a quota, each with the powers that the node has by it. */
function quotasOf(view: ItemView, node: NodeCode, code: string, on: string): QuotaGrant[] {
  const found = view.authority(node, code, on);
  if (!found.ok) return [];
  const quotas = new Map<string, QuotaGrant>();
  for (const { power, grants } of found.value.authority.steps)
    for (const { id, giver, quota } of grants) {
      if (quota === undefined) continue;
      const powers = [...(quotas.get(id)?.powers ?? []), power];
      quotas.set(id, { delegation: id, giver, powers, cases: quota.cases, since: periodStart(quota.per, on) });
    }
  return [...quotas.values()];
}

/** Casework's view of the catalogue. */
export const itemSourceOf = (view: ItemView): ItemSource => ({
  route(node, code, on, usedUp = []) {
    const routed = usedUp.length === 0 ? view.route(node, code, on) : routeWithout(view, node, code, on, usedUp);
    if (!routed.ok) return routed;
    const { item, route } = routed.value;
    return ok({
      pin: pinOf(item),
      route,
      presenceRequired: item.presenceRequired,
      offline: item.flags?.online === false,
    });
  },
  endings(node, code, on) {
    const ended = view.endings(node, code, on).filter(({ revokedOn }) => revokedOn <= on);
    if (ended.length === 0) return [];
    const item = view.findItem(node, code, on);
    const held = item.ok ? view.powers(node, item.value, on) : [];
    return ended.flatMap((ending) => {
      const powers = ending.powers.filter((power) => !held.includes(power));
      return powers.length === 0 ? [] : [{ ...ending, powers }];
    });
  },
  quotas: (node, code, on) => quotasOf(view, node, code, on),
  findPin(node, code, version) {
    const found = view.findItemVersion(node, code, version);
    return found.ok ? pinOf(found.value) : undefined;
  },
  async findMaterials(node, code, version) {
    const found = view.findItemVersion(node, code, version);
    if (!found.ok) return undefined;
    const { materials, applicantForm } = found.value;
    return {
      form: applicantForm,
      known: materials.map((material) => material.code),
      required: materials.filter(({ necessity }) => necessity === 'required').map((material) => material.code),
      named: materials.map(({ code: material, name, source }) => ({ code: material, name, source })),
    };
  },
});
