import { roles, type Role } from '@tongban/kernel';
import { jointStatuses } from './codes.js';
import { conclusionOf } from './conclusion.js';
import { jointCommandTypes, type JointCommand, type JointCommandOf, type JointCommandType } from './command-schemas.js';
import { checkJointEntry } from './entry-schemas.js';
import { attachment, city, dayMs, JointBench, opening, personalWords, templateOf } from './joint.fixture.js';
import { jointCommandSpecs, jointStages, jointTable } from './table.js';

const two = [
  { code: 'a', kind: 'key' as const, inspect: true },
  { code: 'b', inspect: true },
];
const stages = ['first', 'second'];
const template = templateOf([...two, { code: 'c', stage: 'second', kind: 'optional' as const }], stages);
const inspection: JointCommandOf<'callInspection'> = {
  type: 'callInspection',
  sequence: 1,
  branches: ['a', 'b'],
  on: '2026-03-02',
  place: '石臼街道',
  text: '查看',
};
const finding = (department: string, conclusion: 'agree' | 'rectify' | 'disagree' = 'agree') =>
  ({ type: 'recordFinding', department, conclusion, finding: '秘密通道畅通' }) as const;
const verdict = { type: 'concludeInspection', sequence: 1, conclusion: 'passed', summary: '符合' } as const;
const restart: JointCommandOf<'restartBranch'> = {
  type: 'restartBranch',
  branch: 'b',
  reasonCode: 'corrected',
  reason: '王秀英已改',
  form: {},
  attachments: [],
};
const view = { status: 'accepted', closing: null, paused: false, seq: 2, on: '2026-03-03', promisedDue: null } as const;
const samples: { readonly [T in JointCommandType]: JointCommand } = {
  open: opening(template),
  openStage: { type: 'openStage', stage: 'second', form: {}, attachments: [], chosen: ['c'] },
  startBranch: {
    type: 'startBranch',
    branch: 'a',
    attempt: 1,
    record: crypto.randomUUID(),
    number: 'N',
    on: '2026-03-02',
  },
  noteBranch: { type: 'noteBranch', branch: 'b', attempt: 1, view },
  restartBranch: restart,
  callInspection: inspection,
  recordFinding: finding('dept-a'),
  concludeInspection: verdict,
  conclude: { type: 'conclude', sequence: 1, summary: '办结' },
  withdraw: { type: 'withdraw', reasonCode: 'givenUp', reason: '王秀英不办了' },
};
const bench = (): JointBench => new JointBench().do(opening(template));
const seenBy = (...conclusions: ('agree' | 'rectify' | 'disagree')[]): JointBench => {
  const joint = bench().start('a').start('b').do(inspection);
  conclusions.forEach((conclusion, at) => joint.do(finding(`dept-${'ab'[at]}`, conclusion)));
  return joint;
};

describe('the table', () => {
  it('has a cell for every command in every stage, and no stage without a way in', () => {
    expect(Object.keys(jointTable)).toEqual(jointStages);
    for (const stage of jointStages) expect(Object.keys(jointTable[stage])).toEqual(jointCommandTypes);
    const led = jointStages.flatMap((stage) =>
      Object.values(jointTable[stage]).flatMap((cell) => (cell.allowed ? cell.leadsTo : [])),
    );
    expect(new Set(led)).toEqual(new Set(Object.keys(jointStatuses)));
  });

  const benches = {
    none: () => new JointBench(),
    open: bench,
    closed: () => bench().do(samples.withdraw, { role: 'resident' }),
  };
  const cells = jointStages.flatMap((stage) =>
    jointCommandTypes.flatMap((type) => roles.map((role) => [stage, type, role] as const)),
  );
  it(`is a matrix of ${cells.length} cells without a gap`, () => {
    process.stdout.write(`joint: ${cells.length} cells of command × state × role\n`);
    expect(cells).toHaveLength(jointStages.length * jointCommandTypes.length * roles.length);
  });

  it.each(cells)('%s: %s by %s', (stage, type, role: Role) => {
    const code = benches[stage]().ask(samples[type], { role })?.code;
    const cell = jointTable[stage][type];
    if (!cell.allowed) expect(code).toBe(cell.code);
    else if (!jointCommandSpecs[type].roles.includes(role)) expect(code).toBe('jurisdiction.role');
    else expect(code).not.toBe('jurisdiction.role');
  });
});

describe('opening', () => {
  it('asks for the one form and the papers, all of what is missing', () => {
    const ask = (change: object) => new JointBench().ask({ ...opening(template), ...change } as JointCommand);
    expect(ask({ form: {} })).toMatchObject({ code: 'request.invalid', params: { fields: ['place'] } });
    expect(ask({ form: { place: 'x', other: 1 } })?.code).toBe('request.invalid');
    expect(ask({ attachments: [] })).toMatchObject({ code: 'case.material-missing', params: { missing: ['paper'] } });
    expect(ask({ attachments: [attachment(), attachment('other')] })?.code).toBe('case.material-unknown');
    expect(ask({ chosen: ['a'] })?.code).toBe('joint.branch');
    expect(ask({ pins: {} })?.code).toBe('item.not-published');
    expect(
      ask({ template: { ...template, branches: template.branches.map((one) => ({ ...one, after: ['a'] })) } })?.code,
    ).toBe('joint.template');
  });

  it('does not ask again for what was given, and opens a stage once', () => {
    const joint = bench().do(samples.openStage);
    expect(joint.stage('c')).toBe('ready');
    expect(joint.ask(samples.openStage)?.code).toBe('joint.stage');
    expect(bench().ask({ ...samples.openStage, stage: 'third' } as JointCommand)?.code).toBe('joint.stage');
    expect(bench().ask({ ...samples.openStage, chosen: [] } as JointCommand)?.code).toBe('joint.stage');
  });
});

describe('branches', () => {
  it('are started once for each attempt, and noted in order', () => {
    const joint = bench();
    expect(joint.ask({ ...samples.startBranch, attempt: 2 } as JointCommand, { role: 'system' })?.code).toBe(
      'joint.branch',
    );
    joint.start('a').start('b');
    expect(joint.ask(samples.startBranch, { role: 'system' })?.code).toBe('joint.branch');
    joint.note('b', 'accepted');
    expect(joint.ask(samples.noteBranch, { role: 'system' })?.code).toBe('joint.branch');
    expect(joint.ask({ ...samples.noteBranch, attempt: 2 } as JointCommand, { role: 'system' })?.code).toBe(
      'joint.branch',
    );
  });

  it('that were refused are submitted again, with reason, while the others go on', () => {
    const joint = bench().start('a').fail('b', 'notAccepted');
    expect(joint.stage('b')).toBe('failed');
    expect(joint.ask({ ...restart, reason: ' ' })?.code).toBe('case.reason-required');
    expect(joint.ask({ ...restart, branch: 'a' })?.code).toBe('joint.branch');
    joint.do({ ...restart, attachments: [attachment('paper', 'b')] });
    expect([joint.stage('b'), joint.ready()]).toEqual(['ready', ['b']]);
    joint.start('b').note('b', 'closed', 'certified');
    expect(joint.joint.branches['b']?.attempts.map((attempt) => attempt.view.closing)).toEqual([
      'notAccepted',
      'certified',
    ]);
    expect(joint.stage('b')).toBe('passed');
    expect(joint.ask(restart)?.code).toBe('joint.branch');
  });

  it('are noted after the end, and nothing else happens', () => {
    const joint = bench().start('a').do(samples.withdraw, { role: 'resident' });
    joint.note('a', 'closed', 'withdrawn');
    expect(joint.joint).toMatchObject({ status: 'closed', closing: 'withdrawn' });
    expect(joint.ask(samples.conclude)?.code).toBe('joint.closed');
  });
});

describe('joint inspection', () => {
  it('is called once for several branches, and every department says what it found', () => {
    const joint = seenBy('agree');
    expect(joint.joint.inspections).toMatchObject([{ departments: ['dept-a', 'dept-b'], conclusion: null }]);
    expect(joint.ask(inspection)?.code).toBe('joint.inspection');
    expect(joint.ask(verdict)).toMatchObject({ code: 'joint.inspection', params: { missing: ['dept-b'] } });
    expect(joint.ask(finding('dept-a'))?.code).toBe('joint.inspection');
    expect(joint.ask(finding('dept-x'))?.code).toBe('joint.inspection');
    expect(joint.ask({ ...finding('dept-b'), actorDepartment: 'dept-a' })?.code).toBe('jurisdiction.not-party');
    expect(joint.ask(finding('dept-b'), { division: city, role: 'reviewer' })).toBeUndefined();
    joint.do(finding('dept-b')).do(verdict);
    expect(joint.joint.inspections[0]?.documentNumber).toMatch(/^TJ371102000000/);
    expect(joint.ask({ ...inspection, branches: ['a'] })).toMatchObject({
      code: 'joint.inspection',
      params: { branch: 'a' },
    });
  });

  it('is not softer than what was found, and is repeated after rectification', () => {
    const joint = seenBy('agree', 'rectify');
    expect(joint.ask(verdict)).toMatchObject({ code: 'joint.inspection', params: { departments: ['dept-b'] } });
    joint.do({ ...verdict, conclusion: 'rectify' }).do({ ...inspection, branches: ['b'] });
    joint.do(finding('dept-b')).do(verdict);
    expect(joint.joint.inspections.map(({ conclusion }) => conclusion)).toEqual(['rectify', 'passed']);
    expect(joint.ask({ ...inspection, branches: ['a'] })).toBeUndefined();
  });

  it('is of branches that run and want it, not in the past, and not before its day', () => {
    expect(bench().ask(inspection)?.code).toBe('joint.branch');
    expect(bench().ask({ ...inspection, branches: ['c'] })?.code).toBe('joint.inspection');
    expect(
      bench()
        .start('a')
        .ask({ ...inspection, branches: ['a'], on: '2026-03-01' })?.code,
    ).toBe('request.invalid');
    const joint = bench()
      .start('a')
      .do({ ...inspection, branches: ['a'], on: '2026-03-09' });
    expect(joint.ask(finding('dept-a'))?.code).toBe('joint.inspection');
    joint.now += 7 * dayMs;
    expect(joint.ask(finding('dept-a'))).toBeUndefined();
  });
});

describe('conclusion', () => {
  it('waits for what runs, and for the visit', () => {
    const joint = bench().start('a').start('b');
    expect(conclusionOf(joint.joint)).toMatchObject({
      refusal: { code: 'joint.branches-open', params: { branches: ['a', 'b'] } },
    });
    joint.note('a', 'closed', 'certified').note('b', 'closed', 'certified');
    expect(joint.ask(samples.conclude)).toMatchObject({ code: 'joint.inspection' });
    joint.do(inspection).do(finding('dept-a')).do(finding('dept-b')).do(verdict).do(samples.conclude);
    expect(joint.joint).toMatchObject({
      status: 'closed',
      closing: 'approved',
      conclusion: { documentNumber: expect.stringMatching(/^LJ/) },
    });
  });

  it('is refused as a whole by its key branch, once nothing runs', () => {
    const joint = bench().fail('a').start('b');
    expect(joint.ask(samples.conclude)?.code).toBe('joint.branches-open');
    joint.note('b', 'closed', 'certified').do(samples.conclude);
    expect(joint.joint.closing).toBe('refused');
  });
});

describe('who may', () => {
  it('only the leading node, and the applicant for what is theirs', () => {
    expect(bench().ask(samples.callInspection, { division: city })?.code).toBe('jurisdiction.division');
    const own = new JointBench().do(opening(template), { role: 'resident', subject: 'wang' });
    expect(own.ask(samples.withdraw, { role: 'resident', subject: 'li' })?.code).toBe('jurisdiction.not-party');
    expect(own.ask(samples.withdraw, { role: 'resident', subject: 'wang' })).toBeUndefined();
    const late = bench();
    late.now += 2 * dayMs;
    late.do(samples.openStage);
    expect(late.ask(restart, { at: late.now - dayMs * 2 })?.code).toBe('case.back-dated');
    expect(late.ask(restart, { at: late.now + dayMs })?.code).toBe('case.back-dated');
  });
});

it('no fact names a person or says what was written, and every entry fits its schema', () => {
  const joint = seenBy('agree', 'agree').do(verdict).note('b', 'closed', 'refused').do(restart).do(samples.openStage);
  joint.do(samples.withdraw, { role: 'resident' });
  const facts = JSON.stringify(joint.drafts.map((draft) => draft.facts));
  for (const word of personalWords) expect(facts).not.toContain(word);
  for (const draft of joint.drafts)
    expect([draft.type, checkJointEntry({ ...draft, facts: JSON.parse(JSON.stringify(draft.facts)) })]).toEqual([
      draft.type,
      { ok: true, value: undefined },
    ]);
  expect(checkJointEntry({ type: 'joint.opened', version: 2, facts: {} })).toMatchObject({
    refusal: { code: 'link.schema' },
  });
});
