import type { NodeCode } from '@tongban/kernel';
import {
  agencyOf,
  city,
  codes,
  delegationOf,
  district,
  madeUpItem,
  province,
  refused,
  township,
  village,
  type Scene,
  type Shown,
} from './catalogue-desk.js';
import { killApp } from './mishaps.js';
import { usernameOf } from './office.js';
import { chinaDay, grantMandate, makeApplicant, submissionOf } from './papers.js';
import { until } from './wait.js';

const spreadTimeoutMs = 60_000;

/** The form of the item with versions: an account number and nothing else. */
export const accountForm = {
  type: 'object' as const,
  properties: { account: { type: 'string' as const, title: '收款账号', pattern: '^\\d{16,19}$' } },
  required: ['account'],
};

/** Versions of one item with a case running under the first. */
export function versionsOf(of: () => Scene): void {
  const today = chinaDay();
  const agent = usernameOf('agent', village);
  const next = (parts: object) => madeUpItem(codes.versions, of().department, { applicantForm: accountForm, ...parts });
  let record: string;

  const pinnedTo = async (): Promise<unknown> => {
    const { running } = of();
    const { json } = await running.office.get(usernameOf('clerk', township), township, `/cases/${record}`);
    return (json?.['item'] as { version?: number } | undefined)?.version;
  };

  describe('versions', () => {
    it('bring their form to the applicant and hold the submission to it', async () => {
      const { office } = of().running;
      const { json } = await office.get(undefined, village, `/items/${codes.versions}`);
      expect(json?.['applicantForm']).toEqual(accountForm);
      const applicant = makeApplicant();
      const mandate = await grantMandate(office, agent, village, applicant, { items: [codes.versions] });
      const submission = submissionOf({ item: codes.versions, applicant, attachments: [], mandate });
      const submit = (form: object) => office.command(agent, village, '/cases', { ...submission, form });
      const mistaken = await submit({ account: '123' });
      expect([...refused(mistaken), mistaken.text]).toEqual([400, 'case.form', expect.stringContaining('收款账号')]);
      expect(refused(await submit({}))).toEqual([400, 'case.form']);
      const submitted = await submit({ account: '6222021234567890123' });
      expect(submitted.status).toBe(201);
      record = String(submitted.json?.['record']);
      await until('the city to count the case', spreadTimeoutMs, async () => {
        const { status } = await office.get(usernameOf('supervisor', city), city, `/cases/${record}`);
        return status === 200 ? true : undefined;
      });
    });

    it('are read by a second person, and show before they are published what they touch', async () => {
      const { desk } = of();
      const { version: _version, ...document } = next({ description: '第二版。', validFrom: today });
      const made = await desk.command('/drafts', document);
      const draft = `/drafts/${String(made.json?.['draft'])}`;
      const own = await desk.command(`${draft}/review`, { verdict: 'approve' }, city, { 'if-match': '"1"' });
      expect(refused(own)).toEqual([409, 'catalogue.same-person']);
      // A village tells at once what it holds by now; the last of them a moment later.
      const json = await until('every node to have told what it holds', spreadTimeoutMs, async () => {
        const impact = (await desk.get(`${draft}/impact`)).json;
        return (impact?.['holders'] as { newest: number } | undefined)?.newest === 1741 ? impact : undefined;
      });
      expect(json).toMatchObject({
        inForce: 1,
        changes: expect.arrayContaining([expect.objectContaining({ path: 'description' })]) as unknown[],
        uses: { cases: [{ version: 1, running: 1 }], casesCounted: true },
        holders: { total: 1741, newest: 1741, behind: [], silent: [], unheard: 0 },
      });
    });

    it('replace each other without an overlap, field by field, and leave a case with its own', async () => {
      const { desk, running } = of();
      expect((await desk.revise(next({ description: '第二版。', validFrom: today }))).status).toBe(200);
      await desk.shown<Shown>(village, `/items/${codes.versions}`, ({ version }) => version === 2);
      await desk.shown<Shown>(township, `/items/${codes.versions}`, ({ version }) => version === 2);
      const early = await desk.revise(next({ description: '更早。', validFrom: '2026-01-01' }));
      expect(refused(early)).toEqual([409, 'item.period-overlap']);
      const { json } = await running.office.get(undefined, village, `/items/${codes.versions}/comparison?from=1&to=2`);
      expect(json?.['changes']).toMatchObject([
        { path: 'description', from: '用于端到端测试。', to: '第二版。' },
        { path: 'validFrom' },
      ]);
      expect(await pinnedTo()).toBe(1);
    });

    it('take over a running case where somebody chooses it and says why', async () => {
      const { office } = of().running;
      const approver = usernameOf('approver', township);
      const repin = (body: object) => office.command(approver, township, '/repins', { records: [record], ...body });
      expect((await repin({ version: 2 })).status).toBe(400);
      const unheld = await repin({ version: 7, reason: '按新标准办理' });
      expect(unheld.json).toMatchObject({ cases: [{ state: 'refused', code: 'item.version-not-held' }] });
      const done = await repin({ version: 2, reason: '按新标准办理' });
      expect(done.json).toMatchObject({ cases: [{ record, state: 'done' }] });
      expect(await pinnedTo()).toBe(2);
    });

    it('are not withdrawn while cases run, unless somebody answers for it', async () => {
      const { desk, running } = of();
      const path = `/catalogue/item/${codes.versions}/withdrawal`;
      const inUse = await desk.command(path, { reason: '停办' });
      expect(refused(inUse)).toEqual([409, 'catalogue.in-use']);
      expect(inUse.text).toContain('件在办');
      expect((await desk.command(path, { reason: '停办', force: true })).status).toBe(201);
      await until('the village to stop offering it', spreadTimeoutMs, async () => {
        const { json } = await running.office.get(undefined, village, `/items/${codes.versions}`);
        return json?.['code'] === 'item.not-published' ? true : undefined;
      });
    });
  });
}

/** Layers and delegations of one item, down to the village. */
export function layersOf(of: () => Scene): void {
  const today = chinaDay();
  const item = (parts: object = {}) => madeUpItem(codes.plain, of().department, parts);
  const localise = (version: number, consultPhone: string) => ({
    localisations: [
      { item: codes.plain, version, basedOn: version, fields: { consultPhone }, validFrom: '2026-01-01' },
    ],
  });

  it('has layers: the province’s base by its gateway, a localisation below, and says whose word each is', async () => {
    const { desk } = of();
    const { name, type } = item();
    const base = { code: codes.plain, version: 1, source: 'province', fields: { name, type, statutoryDays: 20 } };
    await desk.published({ bases: [{ ...base, validFrom: '2026-01-01' }] }, province);
    const goingBeyond = () => desk.publish({ items: [item({ version: 2, statutoryDays: 30 })] });
    await until('the city to hold the base', spreadTimeoutMs, async () => {
      const answer = await goingBeyond();
      if (answer.status === 201) throw new Error('an implementation went beyond its base');
      return answer.text.includes('法定时限长于基本目录') ? true : undefined;
    });
    await desk.published(localise(1, '0633-8880001'), district);
    const { fields } = await desk.shown<{ fields: { field: string; layer: string; publisher: string }[] }>(
      village,
      `/items/${codes.plain}/provenance`,
      (shown) => ['district', 'province'].every((layer) => shown.fields.some((field) => field.layer === layer)),
    );
    const ofField = (field: string) => fields.find((one) => one.field === field);
    expect(ofField('name')).toMatchObject({ layer: 'province', publisher: province });
    expect([ofField('consultPhone')?.layer, ofField('description')?.layer]).toEqual(['district', 'city']);
  });

  it('shows below what a change above touches; the district’s answer to it takes two persons as well', async () => {
    const { desk, running } = of();
    await desk.published({ items: [item({ version: 2, consultPhone: '0633-8880002', validFrom: today })] });
    await desk.shown<{ versions: Shown[] }>(district, `/items/${codes.plain}/versions`, ({ versions }) =>
      versions.some(({ version }) => version === 2),
    );
    const { json } = await desk.get('/upstream-changes', district);
    expect(json?.['localisations']).toMatchObject([{ item: codes.plain, basedOn: 1, touched: ['consultPhone'] }]);
    const manager = usernameOf('catalogue-manager', district);
    const proposed = await running.office.command(manager, district, '/catalogue', localise(2, '0633-8880003'));
    expect([proposed.status, proposed.json]).toMatchObject([202, { state: 'proposed', toPublish: 1 }]);
    expect(refused(await desk.approve(proposed, district, manager))).toEqual([409, 'catalogue.same-person']);
    expect((await desk.approve(proposed, district)).status).toBe(201);
    await desk.shown<{ consultPhone?: string }>(
      village,
      `/items/${codes.plain}`,
      ({ consultPhone }) => consultPhone === '0633-8880003',
    );
  });

  it('delegates down to the village, which answers from its own database while the city is away', async () => {
    const { desk, running } = of();
    const asked = (node: NodeCode) => desk.shown<Record<string, unknown>>(node, authorityPath, () => true);
    const authorityPath = `/items/${codes.plain}/authority`;
    const authority = await asked(village);
    expect(authority).toMatchObject({ competent: district, upTo: 'submit', byRight: false });
    expect(JSON.stringify(authority['steps'])).toContain(`e2e-${codes.plain}-agency`);
    await killApp(running.city, 'city', async () => {
      expect(await asked(village)).toEqual(authority);
    });
  });

  it('takes a delegation back on a day, with a rule for running cases', async () => {
    const { desk } = of();
    const revocation = { revokedOn: today, runningCases: 'handBack', reason: '调整' };
    const revoked = await desk.command(`/delegations/e2e-${codes.plain}-townships/revocation`, revocation);
    expect(revoked.json).toMatchObject({ dependents: [{ id: `e2e-${codes.plain}-agency` }], casesCounted: true });
    const ended = await desk.shown<{ ending: unknown[] }>(
      township,
      `/items/${codes.plain}/authority`,
      ({ ending }) => ending.length > 0,
    );
    expect(ended.ending).toMatchObject([{ rule: 'handBack', to: district }]);
  });
}

/** The made-up items with their delegations, as the tests begin with them. */
export const startingCatalogue = ({ department }: Pick<Scene, 'department'>): object => ({
  items: Object.values(codes).map((code) =>
    madeUpItem(code, department, code === codes.versions ? { applicantForm: accountForm } : {}),
  ),
  delegations: Object.values(codes).flatMap((code) => [delegationOf(code), agencyOf(code)]),
});
