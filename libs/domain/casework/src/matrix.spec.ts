import { roles } from '@tongban/kernel';
import {
  accepted,
  approved,
  atKiosk,
  byPhone,
  CaseBench,
  certified,
  preReviewed,
  preReviewing,
  samples,
  submitted,
  supplementing,
} from './case.fixture.js';
import { caseCommandTypes } from './command-schemas.js';
import { caseStages, caseTable, commandSpecs, type CaseStage } from './table.js';

const benches: Readonly<Record<string, readonly [CaseStage, () => CaseBench]>> = {
  none: ['none', () => new CaseBench()],
  'pre-review': ['preReview', preReviewing],
  'pre-review, answered': ['preReview', preReviewed],
  'at a kiosk': ['submitted', () => new CaseBench().do(atKiosk, { role: 'resident', subject: 'somebody-resident' })],
  'by telephone': ['submitted', () => new CaseBench().do(byPhone, { role: 'clerk' }).take()],
  submitted: ['submitted', submitted],
  supplementing: ['supplementing', supplementing],
  accepted: ['accepted', accepted],
  'accepted, reviewed': ['accepted', () => accepted().do(samples.review)],
  'accepted, clock stopped': ['accepted', () => accepted().do(samples.pause)],
  approved: ['approved', approved],
  // After closing, only what the province sent back may be corrected.
  closed: ['closed', () => certified().do(samples.noteReport)],
};
/** What the table says of a role at a stage, before the rules look at the rest. */
function expected(stage: CaseStage, paused: boolean, command: (typeof caseCommandTypes)[number], role: string): string {
  const cell = caseTable[stage][command];
  if (!cell.allowed) return cell.code;
  if (paused && (cell.whilePaused !== true || command === 'pause')) return 'case.paused';
  return (cell.roles as readonly string[]).includes(role) ? 'may' : 'jurisdiction.role';
}

/** Codes that come from the table and who acts; anything else is a rule that looked further. */
const tableCodes: readonly string[] = ['case.unknown', 'case.state', 'case.closed', 'case.paused', 'jurisdiction.role'];
/** A rating of the system has a channel of its own, which its rule tells by the role. */
const ownWords: readonly string[] = ['rate'];

const cells = Object.keys(benches).length * caseCommandTypes.length * roles.length;

describe(`role × status × command: ${cells} cells`, () => {
  let asked = 0;
  it('covers every stage', () => {
    expect(new Set(Object.values(benches).map(([stage]) => stage))).toEqual(new Set(caseStages));
  });

  it.each(Object.entries(benches))('%s', (name, [stage, bench]) => {
    const subject = bench();
    const wrong: string[] = [];
    for (const command of caseCommandTypes)
      for (const role of roles) {
        const code = subject.ask(samples[command], { role, subject: `somebody-${role}` })?.code ?? 'none';
        asked += 1;
        const want = expected(stage, name.includes('stopped'), command, role);
        const isRight = want === 'may' ? !tableCodes.includes(code) || ownWords.includes(command) : code === want;
        if (!isRight) wrong.push(`${command} by ${role}: ${code}, not ${want}`);
      }
    expect(wrong).toEqual([]);
  });

  it('has no cell that was not asked', () => {
    process.stdout.write(`casework: ${asked} cells of command × situation × role\n`);
    expect(asked).toBe(cells);
  });

  it('gives every command a Chinese name and somebody who may', () => {
    for (const command of caseCommandTypes) {
      expect(commandSpecs[command].name).toMatch(/^[\u4e00-\u9fff]+$/);
      expect(commandSpecs[command].roles.length).toBeGreaterThan(0);
      expect(caseStages.some((stage) => caseTable[stage][command].allowed)).toBe(true);
    }
  });
});
