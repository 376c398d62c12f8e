import { jest } from '@jest/globals';
import { branchForm } from '@tongban/domain/joint';
import type { JsonObject } from '@tongban/kernel';
import {
  act,
  approver,
  begin,
  branchOf,
  clerk,
  closeDesk,
  filled,
  finish,
  jointOf,
  office,
  openDesk,
  opening,
  refusal,
  statesOf,
  templateOf,
} from './joint-desk.js';
import { city, district, township } from './joint-office.js';

jest.setTimeout(120_000);

beforeAll(openDesk);
afterAll(closeDesk);

describe('a restaurant', () => {
  it('is one application: licence first, then food and fire together, one visit, one end', async () => {
    const record = await begin('open-a-restaurant');
    expect(await statesOf(record)).toMatchObject({
      ...{ 'business-licence': 'running', 'food-permit': 'waiting', 'fire-check': 'waiting', signboard: 'notChosen' },
    });
    await finish(record, 'business-licence');
    expect(await statesOf(record)).toMatchObject({ 'food-permit': 'running', 'fire-check': 'running' });
    const food = (await branchOf(record, 'food-permit')).attempts[0]!.record;
    const state = await office.caseState(food, district);
    expect([state.joint, state.materials.length]).toEqual([{ record, branch: 'food-permit' }, 3]);

    // A supplement in one branch holds up that branch alone.
    const notice = { materials: ['floor-plan'], text: '请补正平面图' };
    expect((await office.post(clerk, `cases/${food}/supplement-request`, notice, district)).status).toBe(201);
    await office.rounds.round();
    expect(await statesOf(record)).toMatchObject({ 'food-permit': 'supplementing', 'fire-check': 'running' });
    await finish(record, 'fire-check');
    expect(await act(approver, record, 'conclusion', { summary: '办结' })).toBe('joint.branches-open');
    const supplement = { attachments: [office.paper('floor-plan', 'new')] };
    expect((await office.post(clerk, `cases/${food}/supplement`, supplement, district)).status).toBe(201);

    const visit = { branches: ['food-permit', 'fire-check'], on: '2026-03-02', place: '石臼街道', text: '核查场所' };
    expect(await act(clerk, record, 'inspection', visit)).toBe(201);
    const found = (department: string) => ({ department, conclusion: 'agree', finding: '符合要求' });
    const inspector = office.person('reviewer', 'fire', district, 'fire-rescue');
    expect(await act(inspector, record, 'inspection-finding', found('market'))).toBe('jurisdiction.not-party');
    expect(await act(inspector, record, 'inspection-finding', found('fire-rescue'))).toBe(201);
    expect(await act(approver, record, 'inspection-finding', found('market'))).toBe(201);
    expect(await act(clerk, record, 'inspection-conclusion', { conclusion: 'passed', summary: '通过' })).toBe(201);
    expect(await act(clerk, record, 'inspection', visit)).toBe('joint.inspection');
    await finish(record, 'food-permit');
    expect(await act(approver, record, 'conclusion', { summary: '全部办结' })).toBe(201);
    const ended = await jointOf(record);
    expect(ended).toMatchObject({ status: 'closed', closing: 'approved', clock: { running: false } });
    expect(ended.departments.map(({ department }) => department).sort()).toEqual(['fire-rescue', 'market']);
    expect(await act(clerk, record, 'inspection', visit)).toBe('joint.closed');
  });

  it('whose key permit is refused is refused as a whole, unless it is put right and submitted again', async () => {
    const record = await begin('open-a-restaurant');
    await finish(record, 'business-licence');
    await finish(record, 'food-permit', district, refusal);
    expect(await statesOf(record)).toMatchObject({ 'food-permit': 'failed', 'fire-check': 'running' });
    const again = {
      reasonCode: 'corrected',
      reason: '布局已调整',
      form: { area: 80 },
      attachments: [office.paper('floor-plan', 'v2')],
    };
    expect(await act(clerk, record, 'branches/fire-check/restart', again)).toBe('joint.branch');
    expect(await act(clerk, record, 'branches/food-permit/restart', again)).toBe(201);
    const { attempts, state } = await branchOf(record, 'food-permit');
    expect([state, attempts.map(({ closing }) => closing)]).toEqual(['running', ['refused', null]]);
    await finish(record, 'food-permit', district, refusal);
    await finish(record, 'fire-check');
    expect(await act(approver, record, 'conclusion', { summary: '不符合条件' })).toBe(201);
    expect(await jointOf(record)).toMatchObject({ closing: 'refused' });
  });

  it('that is taken back is taken back in every branch that runs', async () => {
    const resident = office.person('resident', 'wang', district);
    const record = await begin('open-a-restaurant', district, resident);
    await finish(record, 'business-licence');
    const stranger = office.person('resident', 'li', district);
    const withdrawal = { reasonCode: 'givenUp', reason: '不开了' };
    expect(await act(stranger, record, 'withdrawal', withdrawal)).toBe('jurisdiction.not-party');
    expect(await act(resident, record, 'withdrawal', withdrawal)).toBe(201);
    await office.rounds.round();
    const { branches, closing } = await jointOf(record);
    expect(closing).toBe('withdrawn');
    const ends = branches.flatMap(({ attempts }) => attempts.map((attempt) => attempt.closing));
    expect(ends).toEqual(['certified', 'withdrawn', 'withdrawn']);
    const [row] = await office.dataSource.query('select watched from joint_view where record = $1 and node = $2', [
      record,
      district,
    ]);
    expect(row.watched).toBe(false);
  });

  it('says why a branch could not be submitted, and tries again later', async () => {
    const application = opening('open-a-restaurant') as { applicant: object; form: JsonObject };
    const food = { item: '000131001000', channel: 'window', applicantType: 'naturalPerson', identityType: 'passport' };
    const permit = templateOf('open-a-restaurant').branches.find(({ code }) => code === 'food-permit')!;
    const form = branchForm(permit, application.form);
    const alone = { ...food, applicant: application.applicant, form, attachments: [] };
    const other = await office.post(clerk, 'cases', alone, district);
    const opened = await office.post(clerk, 'joint-cases', application, district);
    const record = String(opened.json['record']);
    await finish(record, 'business-licence');
    expect(await branchOf(record, 'food-permit')).toMatchObject({
      state: 'ready',
      trouble: { code: 'case.duplicate' },
    });
    expect((await branchOf(record, 'fire-check')).state).toBe('running');
    await office.finish(String(other.json['record']), district, refusal).catch(() => undefined);
    const notAccepted = { reasonCode: 'other', reason: '并入联办', legalBasis: '行政许可法第三十二条' };
    await office.post(clerk, `cases/${String(other.json['record'])}/non-acceptance`, notAccepted, district);
    await office.rounds.round();
    office.time.at += 60_000;
    await office.rounds.round();
    expect(await branchOf(record, 'food-permit')).toMatchObject({ state: 'running', trouble: null });
  });
});

it('a new-born at the township: one application, the allowance is decided above', async () => {
  const window = office.person('clerk', 'window', township);
  const record = await begin('newborn', township, window);
  await finish(record, 'birth-registration', township);
  expect(await statesOf(record, township)).toMatchObject({
    'medical-insurance': 'running',
    'social-card': 'running',
    'childcare-allowance': 'running',
  });
  for (const code of ['medical-insurance', 'social-card', 'childcare-allowance']) await finish(record, code, township);
  const chief = office.person('approver', 'chief', township);
  expect(await act(chief, record, 'conclusion', { summary: '全部办结' }, township)).toBe(201);
  expect(await jointOf(record, township)).toMatchObject({ closing: 'approved', clock: { running: false } });
  // The nodes above hold the facts, and see how it ended.
  await office.eventually(async () => (await jointOf(record, district)).closing === 'approved');
  await office.eventually(async () => (await jointOf(record, city)).closing === 'approved');
});

it('the five stages of a construction project run to their end, in parallel where the graph allows', async () => {
  const template = templateOf('construction-project');
  const chosen = ['water-supply'];
  const record = await begin('construction-project', district, clerk, chosen);
  const open = (stage: string) =>
    act(clerk, record, 'stages', { stage, chosen: [], form: filled(template, [stage], chosen), attachments: [] });
  const running = async (): Promise<string[]> =>
    (await jointOf(record)).branches
      .filter(({ state }) => state === 'running')
      .map(({ code }) => code)
      .sort();
  expect(await running()).toEqual(['project-filing', 'site-selection']);
  expect(await open('parallel')).toBe(201);
  expect(await open('parallel')).toBe('joint.stage');
  expect(await open('planning')).toBe(201);
  await finish(record, 'project-filing');
  expect(await running()).toEqual(['environment', 'site-selection']);
  for (const code of ['site-selection', 'land-permit', 'air-defence', 'planning-permit']) await finish(record, code);
  expect(await open('construction')).toBe(201);
  expect(await running()).toEqual(['environment', 'fire-design', 'lightning-design', 'water-supply']);
  for (const code of ['fire-design', 'lightning-design', 'water-supply']) await finish(record, code);
  expect(await statesOf(record)).toMatchObject({ 'construction-permit': 'waiting' });
  for (const code of ['environment', 'construction-permit']) await finish(record, code);
  expect(await jointOf(record)).toMatchObject({ clock: { running: false, usedDays: 0 } });
  expect(await open('completion')).toBe(201);
  const acceptances = ['fire-acceptance', 'lightning-acceptance', 'planning-check'];
  expect(await running()).toEqual(acceptances);
  for (const code of acceptances) await finish(record, code);
  expect(await statesOf(record)).toMatchObject({ 'completion-filing': 'waiting' });
  const visit = { branches: acceptances, on: '2026-03-02', place: '项目现场', text: '联合验收' };
  expect(await act(clerk, record, 'inspection', visit)).toBe(201);
  for (const department of ['housing', 'meteorology', 'natural-resources'])
    expect(
      await act(approver, record, 'inspection-finding', { department, conclusion: 'agree', finding: '合格' }),
    ).toBe(201);
  expect(await act(clerk, record, 'inspection-conclusion', { conclusion: 'passed', summary: '通过联合验收' })).toBe(
    201,
  );
  await finish(record, 'completion-filing');
  expect(await act(approver, record, 'conclusion', { summary: '项目办结' })).toBe(201);
  const ended = await jointOf(record);
  expect(ended.closing).toBe('approved');
  expect(ended.branches.filter(({ state }) => state === 'passed')).toHaveLength(14);
});
