import { refusalCodes } from '@tongban/kernel';
import {
  accepted,
  approved,
  CaseBench,
  certified,
  preReviewing,
  samples,
  submitted,
  supplementing,
} from './case.fixture.js';
import { closings, caseStatuses } from './codes.js';
import { caseCommandTypes } from './command-schemas.js';
import { caseStages, caseTable, commandSpecs, type CaseStage } from './table.js';

const benches: Readonly<Record<CaseStage, () => CaseBench>> = {
  none: () => new CaseBench(),
  preReview: preReviewing,
  ...{ submitted, supplementing, accepted, approved, closed: certified },
};
const cells = caseStages.flatMap((stage) =>
  caseCommandTypes.map((command) => ({ stage, command, cell: caseTable[stage][command] })),
);

describe('case table', () => {
  it('decides every cell', () => {
    expect(Object.keys(caseTable)).toEqual([...caseStages]);
    for (const stage of caseStages) expect(Object.keys(caseTable[stage]).sort()).toEqual([...caseCommandTypes].sort());
    for (const { command, cell } of cells) {
      if (cell.allowed) expect(cell).toMatchObject(commandSpecs[command]);
      else expect(refusalCodes[cell.code]).toBeDefined();
    }
  });

  it('reaches every status and every closing from nothing', () => {
    const reached = new Set<string>(['none']);
    const closingsReached = new Set<string>();
    for (let round = 0; round < caseStages.length; round++)
      for (const { stage, cell } of cells)
        if (cell.allowed && reached.has(stage))
          for (const lead of cell.leadsTo) {
            reached.add(lead.status);
            if (lead.closing !== undefined) closingsReached.add(lead.closing);
          }
    expect([...reached].sort()).toEqual(['none', ...Object.keys(caseStatuses)].sort());
    expect([...closingsReached].sort()).toEqual(Object.keys(closings).sort());
  });

  it('has no dead end: each open status leads on to closed', () => {
    const ending = new Set<string>(['closed']);
    for (let round = 0; round < caseStages.length; round++)
      for (const { stage, cell } of cells)
        if (cell.allowed && cell.leadsTo.some(({ status }) => ending.has(status))) ending.add(stage);
    expect([...ending].sort()).toEqual([...caseStages].sort());
    for (const command of caseCommandTypes) {
      const cell = caseTable.closed[command];
      if (cell.allowed) expect(cell.leadsTo).toEqual([]);
    }
  });

  it.each(cells)('$stage × $command is what the rules do', ({ stage, command, cell }) => {
    const bench = benches[stage]();
    const refused = bench.ask(samples[command]);
    if (!cell.allowed) expect(refused?.code).toBe(cell.code);
    else expect(refused?.code).not.toBe('case.state');
  });
});
