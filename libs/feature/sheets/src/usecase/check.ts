import {
  agentSchema,
  baseItemSchema,
  departmentSchema,
  deviationsFromBase,
  findAgentProblems,
  findItemProblems,
  findLocalisationProblems,
  findStationingProblems,
  localisationSchema,
  serviceItemSchema,
  stationingSchema,
  type Department,
  type ServiceItem,
  type WholeCatalogue,
} from '@tongban/domain/catalogue';
import { delegationSchema } from '@tongban/domain/delegation';
import { listsOf, type ReadRecord, type ReadSheets } from '../layout/from-rows.js';
import type { SheetProblem } from '../layout/problem.js';
import { recordLists, type RecordList } from '../layout/workbook-layout.js';
import { judge, Problems, type Judged } from './versioning.js';

/** What is to be published, and everything that stands against it; to be published only when that is nothing. */
export interface Checked {
  readonly catalogue: WholeCatalogue;
  readonly problems: readonly SheetProblem[];
}

/** What the node sees, its own and what comes from above. */
export interface Visible {
  readonly departments: readonly Department[];
  readonly items: readonly ServiceItem[];
}

const byId = { identity: ({ id }: { readonly id: string }) => id, identityPath: 'id' };
const byCode = { identity: ({ code }: { readonly code: string }) => code, identityPath: 'code' };
const byItem = { identity: ({ item }: { readonly item: string }) => item, identityPath: 'item' };

function judgeAll({ records }: ReadSheets, held: WholeCatalogue, problems: Problems) {
  return {
    departments: judge(records.departments, { schema: departmentSchema, ...byId }, held.departments, problems),
    items: judge(records.items, { schema: serviceItemSchema, ...byCode }, held.items, problems),
    delegations: judge(records.delegations, { schema: delegationSchema, ...byId }, held.delegations, problems),
    bases: judge(records.bases, { schema: baseItemSchema, ...byCode }, held.bases, problems),
    localisations: judge(
      records.localisations,
      { schema: localisationSchema, ...byItem },
      held.localisations,
      problems,
    ),
    stationings: judge(records.stationings, { schema: stationingSchema, ...byId }, held.stationings, problems),
    agents: judge(records.agents, { schema: agentSchema, ...byId }, held.agents, problems),
  };
}
type JudgedLists = ReturnType<typeof judgeAll>;

/** A line of the rules begins with the element it is about where there is one: `promisedDays: …`. */
function pathAndMessage(line: string): { path: string[]; message: string } {
  const found = /^([A-Za-z.]+): (.*)$/su.exec(line);
  return found === null ? { path: [], message: line } : { path: found[1]!.split('.'), message: found[2]! };
}

/** The rules of each kind, among what the node sees and what the file brings. */
function applyRules(lists: JudgedLists, visible: Visible, problems: Problems): void {
  const departments = new Map(visible.departments.map((department) => [department.id, department]));
  for (const { value } of lists.departments) departments.set(value.id, value);
  const items = new Map(visible.items.map((item) => [item.code, item]));
  for (const { value } of lists.items) items.set(value.code, value);
  const all = [...departments.values()];
  const tell = ({ record }: Judged<unknown>, identity: string, lines: readonly string[], prefix: string[] = []) => {
    for (const line of lines) {
      const { path, message } = pathAndMessage(line);
      problems.at(record, path.length === 0 ? [identity] : [...prefix, ...path], message);
    }
  };
  for (const { value, record } of lists.items) {
    for (const { path, message } of findItemProblems(value, all)) problems.at(record, path.split('.'), message);
  }
  for (const base of lists.bases) {
    const item = items.get(base.value.code);
    if (item !== undefined) tell(base, 'code', deviationsFromBase(item, base.value), ['fields']);
  }
  for (const localisation of lists.localisations) {
    const item = items.get(localisation.value.item);
    const lines =
      item === undefined ? [`没有事项 ${localisation.value.item}`] : findLocalisationProblems(localisation.value, item);
    tell(localisation, 'item', lines, ['fields']);
  }
  for (const one of lists.stationings) tell(one, 'id', findStationingProblems(one.value, all, items));
  for (const one of lists.agents) tell(one, 'id', findAgentProblems(one.value, items, one.value.validFrom));
}

const valuesOf = <T>(judged: readonly Judged<T>[]): T[] => judged.map(({ value }) => value);

/** Judges every record by its schema and its rules. `held` is what the node itself has published. */
export function checkRecords(read: ReadSheets, held: WholeCatalogue, visible: Visible): Checked {
  const problems = new Problems();
  for (const problem of read.problems) problems.add(problem);
  const lists = judgeAll(read, held, problems);
  applyRules(lists, visible, problems);
  const catalogue = {
    departments: valuesOf(lists.departments),
    items: valuesOf(lists.items),
    delegations: valuesOf(lists.delegations),
    bases: valuesOf(lists.bases),
    localisations: valuesOf(lists.localisations),
    stationings: valuesOf(lists.stationings),
    agents: valuesOf(lists.agents),
  };
  return { catalogue, problems: problems.list };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Records of a JSON file with any of the lists; undefined when it is none. */
export function fromJson(json: unknown): ReadSheets | undefined {
  if (!isObject(json) || Object.keys(json).some((key) => !(recordLists as readonly string[]).includes(key))) {
    return undefined;
  }
  const recordsOf = (list: RecordList): ReadRecord[] | undefined => {
    const values = json[list] ?? [];
    if (!Array.isArray(values) || !values.every(isObject)) return undefined;
    return values.map((value, index) => ({
      value,
      placeOf: (path) => {
        const place = { sheet: list, row: index + 1 };
        return path.length === 0 ? place : { ...place, column: { title: path.map(String).join('.') } };
      },
    }));
  };
  const read = listsOf(recordsOf);
  if (recordLists.some((list) => read[list] === undefined)) return undefined;
  return { records: listsOf((list) => read[list] ?? []), problems: [] };
}
