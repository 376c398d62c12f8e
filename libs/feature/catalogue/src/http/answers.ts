import {
  codeOf,
  departmentNameAt,
  handlingCode,
  implementationCode,
  itemTypeName,
  regimeNames,
  type Department,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import type { CivilDate } from '@tongban/domain/delegation';
import { ancestorAt, ok, tierOf, type NodeCode } from '@tongban/kernel';
import type { CatalogueView } from '../catalogue-view.js';
import type { OfferedItem } from '../snapshot.js';
import type { RecordUses } from '../usecase/uses.js';
import type { DepartmentOffices, ItemDetail, ItemSummary } from './schemas.js';

export type DepartmentsById = ReadonlyMap<string, Department>;

export const departmentsById = (view: CatalogueView, node: NodeCode): DepartmentsById =>
  new Map(view.departmentsOf(node).map((department) => [department.id, department]));

/** An id that no department is published under stands for itself. */
export function departmentNameIn(departments: DepartmentsById, id: string, node: NodeCode): string {
  const department = departments.get(id);
  return department === undefined ? id : departmentNameAt(department, node);
}

const namesOf = (item: ServiceItem, departments: DepartmentsById, node: NodeCode) => ({
  departmentName: departmentNameIn(departments, item.departmentId, node),
  typeName: itemTypeName(item.type),
  regimeName: regimeNames[item.regime],
});

export const summaryOf = (
  { item, powers }: OfferedItem,
  departments: DepartmentsById,
  node: NodeCode,
): ItemSummary => ({
  code: item.code,
  version: item.version,
  name: item.name,
  type: item.type,
  level: item.level,
  departmentId: item.departmentId,
  audience: item.audience,
  regime: item.regime,
  statutoryDays: item.statutoryDays,
  promisedDays: item.promisedDays,
  presenceRequired: item.presenceRequired,
  themes: item.themes,
  ...namesOf(item, departments, node),
  powers: [...powers],
});

const firstHandling = 1;

/** The three codes of an item, built where the item does not state them. */
function codesOf(departments: DepartmentsById, node: NodeCode, item: ServiceItem): ItemDetail['codes'] {
  const department = departments.get(item.departmentId);
  const competent = ancestorAt(node, item.level);
  if (department === undefined || competent === undefined) return undefined;
  const { uscc, isDemonstration } = codeOf(department, competent);
  const stated = item.implementationCode;
  const built = stated === undefined ? implementationCode(uscc, item.level, item.code) : ok(stated);
  if (!built.ok) return undefined;
  const handling = item.handlingCode === undefined ? handlingCode(built.value, firstHandling) : ok(item.handlingCode);
  if (!handling.ok) return undefined;
  return {
    base: item.code,
    implementation: built.value,
    handling: handling.value,
    demonstration: stated === undefined && isDemonstration,
  };
}

export function detailOf(view: CatalogueView, node: NodeCode, item: ServiceItem, on: CivilDate): ItemDetail {
  const departments = departmentsById(view, node);
  const route = view.route(node, item.code, on);
  const joint = item.jointDepartmentIds?.map((id) => departmentNameIn(departments, id, node));
  const codes = codesOf(departments, node, item);
  return {
    ...item,
    ...(codes === undefined ? {} : { codes }),
    ...namesOf(item, departments, node),
    ...(joint === undefined ? {} : { jointDepartmentNames: joint }),
    powers: [...view.powers(node, item, on)],
    ...(route.ok ? { route: route.value.route } : {}),
  };
}

/** The departments that have an office at the node's tier, under the names they bear there. */
export function officesOf(view: CatalogueView, node: NodeCode): DepartmentOffices {
  const present = view.departmentsOf(node).filter((department) => department.tiers.includes(tierOf(node)));
  return {
    departments: present.map((department) => {
      const { uscc, isDemonstration } = codeOf(department, node);
      const name = departmentNameAt(department, node);
      return { id: department.id, name, field: department.field, uscc, demonstrationCode: isDemonstration };
    }),
  };
}

/** The same lists, as answers want them: theirs to change. */
export const usesAnswer = ({ items, delegations, records, cases, casesCounted }: RecordUses) => ({
  items: [...items],
  delegations: delegations.map((use) => ({ ...use, powers: [...use.powers] })),
  records: [...records],
  cases: [...cases],
  casesCounted,
});
