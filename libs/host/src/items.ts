import { type ServiceItem } from '@tongban/domain/catalogue';
import type { ItemPin } from '@tongban/domain/casework';
import type { ItemSource } from '@tongban/feature/casework';
import type { CatalogueView } from '@tongban/feature/catalogue';
import { ok } from '@tongban/kernel';

/** What a case keeps of the item version that it is submitted under. */
const pinOf = (item: ServiceItem): ItemPin => ({
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
  steps: item.steps.map(({ name, power, days }) => ({ name, power, days })),
});

/** Casework's view of the catalogue. */
export const itemSourceOf = (view: CatalogueView): ItemSource => ({
  route(node, code, on) {
    const routed = view.route(node, code, on);
    if (!routed.ok) return routed;
    const { item, route } = routed.value;
    return ok({ pin: pinOf(item), route, presenceRequired: item.presenceRequired });
  },
  async findMaterials(node, code, version) {
    const found = view.findItemVersion(node, code, version);
    if (!found.ok) return undefined;
    const { materials } = found.value;
    return {
      known: materials.map((material) => material.code),
      required: materials.filter(({ necessity }) => necessity === 'required').map((material) => material.code),
    };
  },
});
