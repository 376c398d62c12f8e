import {
  departmentNameAt,
  itemElements,
  layerNames,
  provenanceOf,
  serviceItemSchema,
  stationingRates,
  stationingStatusNames,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import type { CivilDate } from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import type { CatalogueView } from '../catalogue-view.js';
import type { ItemLayers } from '../snapshot.js';

const itemsPerRead = 500;
const mostReads = 200;

export const elementsAnswer = () => ({
  elements: itemElements.map(({ field, title, required, localisable, gbt39046, columns }) => ({
    field,
    title,
    required,
    localisable: localisable === true,
    gbt39046: [...(gbt39046 ?? [])],
    columns: (columns ?? []).map((column) => `UP_TASK_GENERAL_${column}`),
  })),
  schema: z.toJSONSchema(z.strictObject(serviceItemSchema.shape), { io: 'input', unrepresentable: 'any' }),
});

export function provenanceAnswer({ item, base, localisations }: ItemLayers) {
  const sources = provenanceOf(item, base, localisations);
  return {
    code: item.value.code,
    version: item.value.version,
    fields: itemElements.flatMap(({ field, title }) => {
      const source = sources[field];
      return source === undefined ? [] : [{ field, title, ...source, layerName: layerNames[source.layer] }];
    }),
  };
}

/** Every item over which the node holds a power that day. */
export function* allOffers(view: CatalogueView, node: NodeCode, on: CivilDate) {
  let cursor: string | undefined;
  for (let read = 0; read < mostReads; read++) {
    const { items, next } = view.offers(node, { limit: itemsPerRead, on, ...(cursor === undefined ? {} : { cursor }) });
    yield* items;
    if (next === undefined) return;
    cursor = next;
  }
}

/** Per department: what of its items the node's hall takes, with rates over those that the node accepts. */
export function stationingAnswer(view: CatalogueView, node: NodeCode, on: CivilDate) {
  const handled = new Map<string, ServiceItem[]>();
  for (const { item, powers } of allOffers(view, node, on)) {
    if (!powers.includes('accept')) continue;
    handled.set(item.departmentId, [...(handled.get(item.departmentId) ?? []), item]);
  }
  const reports = new Map(view.stationingsOf(node, on).map((stationing) => [stationing.departmentId, stationing]));
  const departments = view.departmentsOf(node).filter(({ id }) => handled.has(id) || reports.has(id));
  return {
    departments: departments.map((department) => {
      const items = handled.get(department.id) ?? [];
      const report = reports.get(department.id);
      const said = new Map((report?.items ?? []).map((entry) => [entry.item, entry]));
      return {
        departmentId: department.id,
        name: departmentNameAt(department, node),
        reported: report !== undefined,
        ...stationingRates(
          items.map(({ code }) => code),
          report,
        ),
        items: items.map(({ code, name }) => {
          const entry = said.get(code);
          return {
            code,
            name,
            status: entry?.status ?? ('unreported' as const),
            statusName: entry === undefined ? '未报' : stationingStatusNames[entry.status],
            ...(entry?.reason === undefined ? {} : { reason: entry.reason }),
            windows: [...(entry?.windows ?? [])],
            authorised: [...(entry?.authorised ?? [])],
          };
        }),
      };
    }),
  };
}

/** Agents as they are posted; an item that is no longer offered is left out. */
export function agentsAnswer(view: CatalogueView, node: NodeCode, on: CivilDate) {
  return {
    agents: view.agentsOf(node, on).map(({ version: _version, validFrom: _from, validTo: _to, items, ...agent }) => ({
      ...agent,
      items: items.flatMap((code) => {
        const item = view.findItem(agent.node, code, on);
        return item.ok ? [{ code, name: item.value.name }] : [];
      }),
    })),
  };
}

/** The agency catalogue: what is taken in here for others by agency, to be accepted elsewhere. */
export function agencyAnswer(
  view: CatalogueView,
  node: NodeCode,
  on: CivilDate,
  cursor: string | undefined,
  limit: number,
) {
  const { items, next } = view.offers(node, { limit, on, ...(cursor === undefined ? {} : { cursor }) });
  const agents = view.agentsOf(node, on);
  const departments = new Map(view.departmentsOf(node).map((department) => [department.id, department]));
  const found = items.flatMap(({ item }) => {
    const answer = view.authority(node, item.code, on);
    const [submit, accept] = answer.ok ? answer.value.authority.steps : [];
    if (submit === undefined || accept === undefined || item.presenceRequired) return [];
    if (!submit.grants.some(({ form }) => form === 'agency')) return [];
    const department = departments.get(item.departmentId);
    return [
      {
        code: item.code,
        name: item.name,
        departmentName: department === undefined ? item.departmentId : departmentNameAt(department, accept.node),
        promisedDays: item.promisedDays,
        accept: accept.node,
        materials: item.materials.length,
        agents: agents
          .filter((agent) => agent.items.includes(item.code))
          .map(({ id, name, phone }) => ({ id, name, phone })),
      },
    ];
  });
  return { found, next };
}
