import { z } from 'zod';
import { checkDelegations, delegationSchema } from '@tongban/domain/delegation';
import { ok, refuse, type Result } from '@tongban/kernel';
import { agentSchema, findAgentProblems } from './agent.js';
import { findItemProblems, problemLine, schemaProblems } from './check.js';
import { departmentSchema, type Department } from './department.js';
import { baseItemSchema, deviationsFromBase, findLocalisationProblems, localisationSchema } from './layers.js';
import { findStationingProblems, stationingSchema } from './stationing.js';
import { serviceItemSchema, type ServiceItem } from './item.js';

/** What is published or imported in one go. */
export const catalogueFileSchema = z.strictObject({
  departments: z.array(departmentSchema),
  items: z.array(serviceItemSchema),
  delegations: z.array(delegationSchema),
  bases: z.array(baseItemSchema).optional(),
  localisations: z.array(localisationSchema).optional(),
  stationings: z.array(stationingSchema).optional(),
  agents: z.array(agentSchema).optional(),
});
export type Catalogue = z.output<typeof catalogueFileSchema>;

/** Every list, also those that a file may leave out. */
export type WholeCatalogue = { [List in keyof Catalogue]-?: NonNullable<Catalogue[List]> };

export const wholeCatalogue = (
  lists: { readonly [List in keyof Catalogue]?: Catalogue[List] | undefined } = {},
): WholeCatalogue => ({
  departments: lists.departments ?? [],
  items: lists.items ?? [],
  delegations: lists.delegations ?? [],
  bases: lists.bases ?? [],
  localisations: lists.localisations ?? [],
  stationings: lists.stationings ?? [],
  agents: lists.agents ?? [],
});

/** A catalogue kept in several files: each holds any of the lists. */
export const cataloguePartSchema = catalogueFileSchema.partial();
export const catalogueIndexSchema = z.strictObject({ files: z.array(z.string().regex(/^[a-z0-9-]+\.json$/)).min(1) });

const invalid = (problems: readonly string[]): Result<never> =>
  refuse('item.invalid', `目录有 ${problems.length} 处不符合要求`, { problems });

function repeated(what: string, keys: readonly string[]): string[] {
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [...new Set(twice)].map((key) => `${what} ${key} 出现两次`);
}

function findCatalogueProblems(departments: readonly Department[], items: readonly ServiceItem[]): string[] {
  return [
    ...repeated(
      '部门',
      departments.map(({ id, version }) => `${id}@${version}`),
    ),
    ...repeated('部门代码', [...new Map(departments.map(({ id, field }) => [id, field])).values()]),
    ...repeated(
      '事项',
      items.map(({ code, version }) => `${code}@${version}`),
    ),
    ...items.flatMap((item) =>
      findItemProblems(item, departments).map((problem) => `${item.code} ${item.name} ${problemLine(problem)}`),
    ),
  ];
}

function findExtraProblems({ departments, items, bases = [], localisations = [], ...rest }: Catalogue): string[] {
  const byCode = new Map([...items].sort((a, b) => a.version - b.version).map((item) => [item.code, item]));
  const { stationings = [], agents = [] } = rest;
  const told = (what: string, problems: readonly string[]) => problems.map((problem) => `${what} ${problem}`);
  return [
    ...bases.flatMap((base) => {
      const item = byCode.get(base.code);
      return item === undefined ? [] : told(`${item.code} ${item.name}`, deviationsFromBase(item, base));
    }),
    ...localisations.flatMap((localisation) => {
      const item = byCode.get(localisation.item);
      const what = `本地化 ${localisation.item}`;
      return told(what, item === undefined ? ['没有事项'] : findLocalisationProblems(localisation, item));
    }),
    ...stationings.flatMap((stationing) =>
      told(`进驻 ${stationing.id}`, findStationingProblems(stationing, departments, byCode)),
    ),
    ...agents.flatMap((agent) => told(`代办员 ${agent.id}`, findAgentProblems(agent, byCode, agent.validFrom))),
  ];
}

function check(catalogue: Catalogue): Result<Catalogue> {
  const problems = [...findCatalogueProblems(catalogue.departments, catalogue.items), ...findExtraProblems(catalogue)];
  if (problems.length > 0) return invalid(problems);
  const newestLast = [...catalogue.items].sort((a, b) => a.version - b.version);
  const delegations = checkDelegations(newestLast, catalogue.delegations);
  return delegations.ok ? ok(catalogue) : delegations;
}

/**
 * A whole catalogue: every item valid and in a department that exists, every delegation one that its giver may make.
 * Refuses `item.invalid` or `delegation.invalid` with the problems in `params.problems`.
 */
export function parseCatalogue(json: unknown): Result<Catalogue> {
  const parsed = catalogueFileSchema.safeParse(json);
  return parsed.success ? check(parsed.data) : invalid(schemaProblems(parsed.error).map(problemLine));
}

const together = <T>(all: T[] | undefined, more: T[] | undefined): T[] | undefined =>
  more === undefined ? all : [...(all ?? []), ...more];

/** The same for a catalogue in parts, as `index.json` lists them; `name` tells the person which file is wrong. */
export function parseCatalogueParts(
  parts: readonly { readonly name: string; readonly json: unknown }[],
): Result<Catalogue> {
  const whole: Catalogue = { departments: [], items: [], delegations: [] };
  const problems: string[] = [];
  for (const { name, json } of parts) {
    const parsed = cataloguePartSchema.safeParse(json);
    if (!parsed.success) {
      problems.push(...schemaProblems(parsed.error).map((problem) => `${name} ${problemLine(problem)}`));
      continue;
    }
    whole.departments.push(...(parsed.data.departments ?? []));
    whole.items.push(...(parsed.data.items ?? []));
    whole.delegations.push(...(parsed.data.delegations ?? []));
    whole.bases = together(whole.bases, parsed.data.bases);
    whole.localisations = together(whole.localisations, parsed.data.localisations);
    whole.stationings = together(whole.stationings, parsed.data.stationings);
    whole.agents = together(whole.agents, parsed.data.agents);
  }
  return problems.length > 0 ? invalid(problems) : check(whole);
}
