import { refusalCodes, roles } from '@tongban/kernel';
import { feedbackClosings, feedbackKinds, feedbackStatuses, type FeedbackKind } from './codes.js';
import { benchAt, FeedbackBench, samplesOf } from './feedback.fixture.js';
import {
  cellOf,
  feedbackCommandTypes,
  feedbackSpecs,
  feedbackStages,
  feedbackTable,
  type FeedbackStage,
} from './table.js';

const kinds = Object.keys(feedbackKinds) as FeedbackKind[];
const cells = kinds.flatMap((kind) =>
  feedbackStages.flatMap((stage) =>
    feedbackCommandTypes.map((command) => ({ kind, stage, command, cell: cellOf(kind, stage, command) })),
  ),
);
/** Stages that a kind has. */
const stagesOf = (kind: FeedbackKind): readonly FeedbackStage[] => {
  const reached = new Set<FeedbackStage>(['none']);
  for (let round = 0; round < feedbackStages.length; round++)
    for (const { stage, cell } of cells.filter((one) => one.kind === kind))
      if (cell.allowed && reached.has(stage)) for (const lead of cell.leadsTo) reached.add(lead.status);
  return feedbackStages.filter((stage) => reached.has(stage));
};
const benchOf = (kind: FeedbackKind, stage: FeedbackStage): FeedbackBench | undefined =>
  stage === 'none' ? new FeedbackBench() : benchAt(kind, stage);

describe('the table of feedback', () => {
  it('decides every cell', () => {
    expect(Object.keys(feedbackTable)).toEqual([...feedbackStages]);
    for (const stage of feedbackStages) expect(Object.keys(feedbackTable[stage])).toEqual([...feedbackCommandTypes]);
    for (const { cell } of cells) if (!cell.allowed) expect(refusalCodes[cell.code]).toBeDefined();
  });

  it('reaches every status and closing, and every open status leads to an end', () => {
    expect([...new Set(kinds.flatMap(stagesOf))].sort()).toEqual(['none', ...Object.keys(feedbackStatuses)].sort());
    const closings = new Set(
      cells.flatMap(({ cell }) => (cell.allowed ? cell.leadsTo.flatMap(({ closing }) => closing ?? []) : [])),
    );
    expect([...closings].sort()).toEqual(Object.keys(feedbackClosings).sort());
    for (const kind of kinds) {
      const ending = new Set<FeedbackStage>(['closed']);
      for (let round = 0; round < feedbackStages.length; round++)
        for (const { stage, cell } of cells.filter((one) => one.kind === kind))
          if (cell.allowed && cell.leadsTo.some(({ status }) => ending.has(status))) ending.add(stage);
      for (const stage of stagesOf(kind)) expect([kind, stage, ending.has(stage)]).toEqual([kind, stage, true]);
    }
  });

  it('has a way for each kind into each of its stages', () => {
    for (const kind of kinds)
      for (const stage of stagesOf(kind))
        expect([kind, stage, benchOf(kind, stage) === undefined]).toEqual([kind, stage, false]);
  });

  it('gives every command a Chinese name, somebody who may and a kind', () => {
    for (const command of feedbackCommandTypes) {
      expect(feedbackSpecs[command].name).toMatch(/^[\u4e00-\u9fff]+$/);
      expect(feedbackSpecs[command].roles.length).toBeGreaterThan(0);
      expect(cells.some((one) => one.command === command && one.cell.allowed)).toBe(true);
    }
  });
});

const tableCodes: readonly string[] = ['feedback.unknown', 'feedback.state', 'feedback.closed', 'feedback.kind'];
/** Commands whose own rule says state too: by classification, or because nothing is overdue. */
const ownState: readonly string[] = ['markOverdue', 'publish', 'explain'];
/** What has no kind of its own yet is of the kind that its command begins. */
const begins: readonly string[] = ['file', 'open'];
const isOther = (kind: FeedbackKind, stage: FeedbackStage, command: (typeof feedbackCommandTypes)[number]): boolean =>
  stage === 'none' && begins.includes(command) && !feedbackSpecs[command].kinds.includes(kind);

describe('kind × status × command × role', () => {
  let asked = 0;
  const stages = kinds.flatMap((kind) => stagesOf(kind).map((stage) => ({ kind, stage })));
  it.each(stages)('$kind, $stage', ({ kind, stage }) => {
    const wrong: string[] = [];
    const samples = samplesOf(kind);
    for (const command of feedbackCommandTypes) {
      if (isOther(kind, stage, command)) continue;
      const cell = cellOf(kind, stage, command);
      for (const role of roles) {
        asked += 1;
        const bench = benchOf(kind, stage)!;
        const code = bench.ask(samples[command], { role, subject: `somebody-${role}` })?.code ?? 'none';
        const mayAsk = feedbackSpecs[command].roles.includes(role);
        const isRight = !cell.allowed
          ? code === cell.code || (stage === 'none' && !begins.includes(command) && code === 'feedback.unknown')
          : !mayAsk
            ? code === 'jurisdiction.role'
            : code !== 'jurisdiction.role' && (!tableCodes.includes(code) || ownState.includes(command));
        if (!isRight) wrong.push(`${command} by ${role}: ${code}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is a matrix without gaps', () => {
    expect(cells).toHaveLength(kinds.length * feedbackStages.length * feedbackCommandTypes.length);
    process.stdout.write(`feedback: ${asked} cells of kind × stage × command × role\n`);
    const wanted = stages.flatMap(({ kind, stage }) =>
      feedbackCommandTypes.filter((command) => !isOther(kind, stage, command)),
    );
    expect(asked).toBe(wanted.length * roles.length);
  });
});
