import {
  bodyNatureCode,
  handlingFormCode,
  handlingScopeCode,
  implementationCode,
  itemTypeCode,
  limitUnitCode,
  onlineDepthCodes,
  resultKindCode,
  tierCodes,
  type Audience,
  type Material,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import type { NodeCode } from '@tongban/kernel';
import type { Columns } from './checks.js';
import type { HoldCode } from './held.js';
import type { ApplicantType } from './neutral.js';
import type { ExchangeProfile } from './profile.js';
import { checkFields, rowGuid } from './records.js';
import type { Fields } from './row-rules.js';
import { codeOf } from './tables.js';
import { taskLayouts, taskTableKinds, type TaskTableKind } from './task-layouts.js';

/** An item as the office of one division exercises it: each division has an implementation code of its own. */
export interface TaskForExchange {
  readonly node: NodeCode;
  readonly item: ServiceItem;
  readonly department: { readonly name: string; readonly uscc: string };
}

/** Names an item of a division for ever. */
export const taskKey = ({ node, item }: Pick<TaskForExchange, 'node' | 'item'>): string => `${node}/${item.code}`;

export interface TaskRow {
  readonly table: string;
  readonly rowGuid: string;
  readonly columns: Columns;
}
export interface HeldTaskField {
  readonly table: string;
  readonly field: string;
  readonly code: HoldCode;
  readonly message: string;
}
export interface TaskRecords {
  readonly key: string;
  readonly ready: readonly TaskRow[];
  readonly held: readonly HeldTaskField[];
}

/** Numbers of 事项状态 and 权力来源 are not published; these are what platforms use, to be agreed. */
const inUse = '1';
const powerSources: Readonly<Record<NonNullable<ServiceItem['powerSource']>, string>> = {
  statutory: '1',
  devolved: '2',
  authorisedAbove: '3',
  authorisedPeer: '4',
  entrustedAbove: '5',
  entrustedPeer: '6',
};
const applicants: Readonly<Record<Audience, ApplicantType>> = {
  naturalPerson: 'naturalPerson',
  enterprise: 'enterprise',
  publicInstitution: 'institution',
  socialOrganisation: 'socialOrganisation',
  unincorporated: 'unincorporated',
  organ: 'governmentAgency',
  otherOrganisation: 'other',
};
/** 材料类型, 必要性 and 来源渠道 of the national database. */
const materialForms: Readonly<Record<Material['form'], string | undefined>> = {
  original: '0',
  copy: '1',
  both: '2',
  either: '3',
  // A paper list has nothing for an electronic document.
  electronic: undefined,
};
const necessities: Readonly<Record<Material['necessity'], string>> = {
  required: '0',
  optional: '1',
  deferred: '2',
  exempt: '3',
};
const sources: Readonly<Record<Material['source'], string>> = { applicant: '0', government: '1', other: '2' };
/** 法定办结时限单位 has letters: G working days, Z calendar days; a law that counts otherwise says so in its note. */
const statutoryUnits: Readonly<Record<string, string>> = { workingDay: 'G', calendarDay: 'Z' };

const joined = (parts: readonly string[], by = '；'): string | undefined =>
  parts.length === 0 ? undefined : parts.join(by);
const flag = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : value ? '1' : '0');

function audienceCodes(audience: readonly Audience[], { codes }: ExchangeProfile): string | undefined {
  const found = audience.flatMap((one) => codeOf(codes.applicantType, applicants[one]) ?? []);
  return joined([...new Set(found)].sort(), '^');
}

function limitFields({ statutoryLimit, statutoryDays, promisedLimit, promisedDays }: ServiceItem): Fields {
  return {
    statutoryDays: statutoryLimit?.value ?? statutoryDays,
    statutoryUnit: statutoryUnits[statutoryLimit?.unit ?? 'workingDay'],
    statutoryNote: statutoryLimit?.note,
    promisedDays: promisedLimit?.value ?? promisedDays,
    promisedUnit: limitUnitCode(promisedLimit?.unit ?? 'workingDay'),
    promisedNote: promisedLimit?.note,
  };
}

function basicFields({ item, department }: TaskForExchange, profile: ExchangeProfile): Fields {
  const implementing = implementationCode(department.uscc, item.level, item.code);
  const { places, specialProcedures } = item;
  return {
    ...limitFields(item),
    ...{
      basicCode: item.code,
      name: item.name,
      version: item.version,
      validFrom: item.validFrom,
      validTo: item.validTo,
    },
    ...{ state: inUse, level: tierCodes[item.level], type: itemTypeCode(item.type), regime: item.regime },
    ...{ localCode: item.localCode, handlingCode: item.handlingCode, entrustedBy: item.entrustedBy },
    taskCode: implementing.ok ? implementing.value : undefined,
    byLaw: joined(item.legalBasis.map(({ statute, article }) => `《${statute}》${article}`)),
    conditions: joined(item.conditions),
    departmentCode: department.uscc,
    departmentName: department.name,
    bodyNature: item.bodyNature && bodyNatureCode(item.bodyNature),
    powerSource: item.powerSource && powerSources[item.powerSource],
    handlingForms: item.handlingForms && joined(item.handlingForms.map(handlingFormCode), '^'),
    flow: joined(
      item.steps.map(({ name }) => name),
      '→',
    ),
    audience: audienceCodes(item.audience, profile),
    // An empty list says that there is none; no list says that nobody has looked.
    specialProcedures: specialProcedures && (joined(specialProcedures.map(({ name }) => name)) ?? '无'),
    visits: item.visits,
    isCharged: flag(item.fee.charged),
    feeBasis: item.fee.basis,
    onlineAddress: item.addresses?.online,
    singleLogin: flag(item.flags?.singleLogin),
    appSingleLogin: flag(item.flags?.appSingleLogin),
    consultation: item.consultation ?? item.consultPhone,
    supervision: item.supervision ?? item.complaintPhone,
    places: places && joined(places.map(({ name, address }) => `${name}（${address}）`)),
    hours: places && joined([...new Set(places.map(({ hours }) => hours))]),
  };
}

const extendFields = ({ item }: TaskForExchange): Fields => ({
  handlingScope: item.handlingScope && handlingScopeCode(item.handlingScope),
  inHall: flag(item.flags?.inHall),
  express: flag(item.flags?.express),
  online: flag(item.flags?.online),
  onlinePayment: flag(item.flags?.onlinePayment),
  appointment: flag(item.flags?.appointment),
  selfService: flag(item.flags?.selfService),
  numberLimit: item.numberLimit,
  visitReason: item.visitReason,
  onlineDepth: item.onlineDepth && onlineDepthCodes(item.onlineDepth),
  resultKind: resultKindCode(item.result.kind),
  resultName: item.result.name,
  intermediaries: item.intermediaryServices && joined(item.intermediaryServices.map(({ name }) => name)),
});

const materialFields = (material: Material): Fields => ({
  materialName: material.name,
  materialType: materialForms[material.form],
  necessity: necessities[material.necessity],
  source: sources[material.source],
  ...{ sourceNote: material.sourceNote, copies: material.copies, pageFormat: material.pageFormat },
  ...{ fillingNote: material.fillingNote, acceptanceStandard: material.acceptanceStandard, basis: material.basis },
});

/** The rows of each table, in the order of the item. */
function rowsOf(task: TaskForExchange, profile: ExchangeProfile): Readonly<Record<TaskTableKind, readonly Fields[]>> {
  const { item } = task;
  const fields = basicFields(task, profile);
  return {
    directory: [fields],
    basic: [fields],
    extend: [extendFields(task)],
    material: item.materials.map(materialFields),
    fee: (item.fees ?? []).map(({ name, standard, basis, reducible, reductionNote }) => ({
      ...{ feeName: name, standard, basis, reducible: flag(reducible), reductionNote },
    })),
    question: (item.questions ?? []).map(({ question, answer }) => ({ question, answer })),
  };
}

/**
 * An item as the province's catalogue tables want it: all its rows, or what keeps it back. Nothing goes out of an item of
 * which something is missing: half an item would be worse than the version before.
 */
export function taskRecords(task: TaskForExchange, profile: ExchangeProfile): TaskRecords {
  const key = taskKey(task);
  const layouts = taskLayouts(task.item.type);
  const taskGuid = rowGuid(key, 'basic/1');
  const ready: TaskRow[] = [];
  const held: HeldTaskField[] = [];
  const rows = rowsOf(task, profile);
  for (const kind of taskTableKinds) {
    const layout = layouts[kind];
    if (layout === undefined) continue;
    rows[kind].forEach((fields, index) => {
      const guid = rowGuid(key, `${kind}/${index + 1}`);
      const frame = { rowGuid: guid, taskGuid, dataSource: profile.dataSource, order: index + 1 };
      const { columns, flaws } = checkFields(layout, { ...frame, ...fields }, profile);
      ready.push({ table: layout.table, rowGuid: guid, columns });
      held.push(...flaws.map((flaw) => ({ table: layout.table, ...flaw })));
    });
  }
  return { key, ready: held.length === 0 ? ready : [], held };
}
