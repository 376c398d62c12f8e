import { localDate } from '@tongban/domain/calendar';
import {
  branchesOfStages,
  branchKinds,
  branchStages,
  branchStagesOf,
  branchState,
  departmentClocks,
  isChosen,
  missingMaterials,
  overallClock,
  sharedForm,
  type JointTemplate,
} from '@tongban/domain/joint';
import { isoInstant, type NodeCode } from '@tongban/kernel';
import type { JointTools } from '../ports.js';
import type { JointRow } from '../store/joint-store.js';
import type { Trouble } from '../store/trouble-store.js';
import { pinsOf } from '../usecase/open-joint.js';

type Ticking = Pick<JointTools, 'calendar' | 'clock'>;

export function summaryOf({ calendar, clock }: Ticking, { record, state, seq, headHash }: JointRow) {
  const { number, template, status, closing, owner, openedAt, closedAt } = state;
  const stages = branchStagesOf(state);
  const chosen = template.branches.filter((branch) => isChosen(state, branch));
  return {
    ...{ record, number, status, closing, owner, seq, headHash },
    template: { code: template.code, version: template.version, name: template.name },
    openedAt: isoInstant(openedAt),
    closedAt: closedAt === null ? null : isoInstant(closedAt),
    passed: chosen.filter(({ code }) => stages.get(code) === 'passed').length,
    total: chosen.length,
    clock: overallClock(calendar, state, localDate(clock.now())),
  };
}

export function detailOf(tools: Ticking, row: JointRow, troubles: readonly Trouble[]) {
  const { state } = row;
  const { template, pins, inspections, conclusion } = state;
  const stages = branchStagesOf(state);
  return {
    ...summaryOf(tools, row),
    stages: template.stages.map(({ code, name }) => ({ code, name, opened: state.stages.includes(code) })),
    branches: template.branches.map(({ code, name, item, stage, kind, after, inspect }) => {
      const standing = stages.get(code)!;
      const trouble = troubles.find(({ branch }) => branch === code);
      return {
        ...{ code, name, item, stage, kind, after, inspect },
        department: pins[code]?.department ?? null,
        state: standing,
        stateName: branchStages[standing],
        attempts: branchState(state, code).attempts.map(({ record, number, view }) => ({
          ...{ record, number, status: view.status, closing: view.closing, promisedDue: view.promisedDue },
        })),
        trouble:
          trouble === undefined
            ? null
            : {
                ...{ code: trouble.code, detail: trouble.detail, attempts: trouble.attempts },
                nextTryAt: isoInstant(trouble.nextTryAt),
              },
      };
    }),
    departments: departmentClocks(tools.calendar, state, localDate(tools.clock.now())).map((clock) => ({
      ...clock,
      branches: [...clock.branches],
    })),
    inspections: inspections.map(({ calledBy: _calledBy, findings, ...inspection }) => ({
      ...inspection,
      branches: [...inspection.branches],
      departments: [...inspection.departments],
      findings: findings.map(({ department, conclusion: said, at }) => ({
        ...{ department, conclusion: said },
        at: isoInstant(at),
      })),
    })),
    conclusion: conclusion === null ? null : { documentNumber: conclusion.documentNumber },
  };
}

export const templateSummary = ({
  code,
  version,
  name,
  description,
  basis,
  promisedDays,
  leadTier,
}: JointTemplate) => ({
  ...{ code, version, name, description, basis, promisedDays, leadTier },
});

/** The template as an applicant fills it in: one form and one list of papers for each stage. */
export function templateDetail(tools: JointTools, node: NodeCode, template: JointTemplate, chosen: readonly string[]) {
  const pins = pinsOf(tools, node, template);
  return {
    ...templateSummary(template),
    stages: template.stages.map(({ code, name, opens }) => {
      const branches = branchesOfStages({ template, chosen }, [code]);
      const required = missingMaterials(branches, []);
      const wanted = new Set(branches.flatMap(({ materials }) => materials.map(({ from }) => from)));
      return {
        ...{ code, name, opens },
        form: sharedForm({ template, branches, given: [] }),
        materials: template.materials
          .filter((material) => wanted.has(material.code))
          .map((material) => ({ ...material, required: required.includes(material.code) })),
      };
    }),
    branches: template.branches.map(({ code, name, item, stage, kind, after, inspect }) => ({
      ...{ code, name, item, stage, kind, kindName: branchKinds[kind], after, inspect },
      offered: pins[code] !== undefined,
      department: pins[code]?.department ?? null,
      promisedDays: pins[code]?.promisedDays ?? null,
    })),
  };
}
