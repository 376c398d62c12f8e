import type { ServiceItem } from '@tongban/domain/catalogue';
import { textOfPdf } from '@tongban/testkit';
import { city, codes, district, madeUpItem, refused, township, village, type Scene } from './catalogue-desk.js';
import { usernameOf } from './office.js';
import { chinaDay } from './papers.js';
import { until } from './wait.js';

const arrivalTimeoutMs = 60_000;

const paper = { source: 'applicant', form: 'original', copies: 1 } as const;

/** An item in which every part that the public reads has something to say; `digest` of its blank form. */
const richParts = (digest: string): Partial<ServiceItem> => ({
  materials: [
    {
      ...{ code: 'form', name: '申请表', necessity: 'required', ...paper },
      blankForm: { name: '申请表.txt', digest, mediaType: 'text/plain' },
    },
    { code: 'photo', name: '照片', necessity: 'optional', ...paper },
    { code: 'proof', name: '收入证明', necessity: 'deferred', ...paper },
    { code: 'id-card', name: '居民身份证', necessity: 'exempt', ...paper, form: 'electronic', copies: 0 },
  ] as ServiceItem['materials'],
  fee: { charged: true },
  fees: [
    {
      ...{ name: '工本费', basis: '发改价格〔2015〕1299号', standard: '每证 10 元' },
      ...{ code: 'card', amountFen: 1_000, unit: '证' },
    },
  ],
  questions: [{ question: '多久发放一次？', answer: '按月发放。' }],
  places: [{ name: '区政务服务中心', address: '海曲中路 1 号', hours: '工作日 9:00—17:00', window: '12号' }],
  validFrom: chinaDay(),
});

/** What anybody may read, without login. */
export function publicOf(of: () => Scene): void {
  it('posts agents with items, place and telephone, and what departments have brought into the hall', async () => {
    const { desk, running, department } = of();
    const agent = {
      ...{ id: 'e2e-agent', version: 1, node: village, name: '王秀兰', phone: '0633-1234567', validFrom: '2026-01-01' },
      ...{ place: '村便民服务站', hours: '工作日 8:30—17:00', items: [codes.absent] },
    };
    await desk.published({ agents: [agent] }, township);
    for (const path of ['/agents', '/agency-items?limit=200']) {
      await desk.shown<object>(village, path, (shown) => JSON.stringify(shown).includes('王秀兰'));
    }
    const page = await running.office.get(undefined, village, '/agents/page');
    expect([page.status, page.contentType]).toEqual([200, expect.stringContaining('text/html')]);
    for (const text of ['王秀兰', '0633-1234567', '村便民服务站', `端到端测试补贴${codes.absent.slice(-3)}`]) {
      expect(page.text).toContain(text);
    }
    const stationing = {
      ...{ id: `${department.id}-${district}`, version: 1, hall: district, departmentId: department.id },
      validFrom: '2026-01-01',
      items: [
        { item: codes.absent, status: 'stationed', windows: ['3号窗口'], authorised: ['accept', 'decide'] },
        { item: codes.reform, status: 'notStationed', reason: '需现场勘验' },
      ],
    };
    await desk.published({ stationings: [stationing] }, district);
    const { departments } = await desk.shown<{ departments: Record<string, unknown>[] }>(
      district,
      '/stationing',
      (shown) => shown.departments.some(({ reported }) => reported === true),
    );
    const own = departments.find(({ departmentId }) => departmentId === department.id);
    expect(own).toMatchObject({ stationed: 1, notStationed: 1, authorised: 1, authorisedRate: 1 });
  });

  it('is a guide with the seven disclosures, found by pinyin, theme, department, audience and place', async () => {
    const { desk, department } = of();
    const found = async (query: string): Promise<number> => {
      const { total } = await desk.shown<{ total: number }>(village, `/guide?limit=1&${query}`, () => true);
      return total;
    };
    const all = await found('');
    expect(await found('query=ddd')).toBeGreaterThan(0);
    for (const query of ['theme=pension', `department=${department.id}`, 'audience=naturalPerson', 'scope=here']) {
      const some = await found(query);
      expect([query, some > 0 && some < all]).toEqual([query, true]);
    }
    expect(await found(`query=${encodeURIComponent('没有这样的事项')}`)).toBe(0);
  });

  it('has forms to download at the village, and nothing that was not uploaded', async () => {
    const { desk, running, department } = of();
    const form = new TextEncoder().encode('补贴申请表\n姓名：\n身份证号码：\n');
    const manager = usernameOf('catalogue-manager', city);
    const upload = (bytes: Uint8Array<ArrayBuffer>) =>
      running.office.send(
        manager,
        'POST',
        running.office.url(city, '/catalogue/files'),
        { 'content-type': 'text/plain' },
        bytes,
      );
    expect(refused(await upload(new TextEncoder().encode('补贴申请表')))).toEqual([400, 'attachment.too-small']);
    const stored = await upload(form);
    expect(stored.status).toBe(201);
    const digest = String(stored.json?.['digest']);
    await desk.published({ items: [madeUpItem(codes.rich, department, { version: 2, ...richParts(digest) })] });
    await until('the form to have come down to the village', arrivalTimeoutMs, async () => {
      const { status, text } = await running.office.get(undefined, village, `/guide/${codes.rich}/files/${digest}`);
      return status === 200 && text.startsWith('补贴申请表') ? true : undefined;
    });
  });

  it('says everything of an item as JSON, as a page to print and as PDF', async () => {
    const { desk, running } = of();
    const guide = await desk.shown<{ disclosures: Record<string, unknown>; questions: unknown; places: unknown }>(
      village,
      `/guide/${codes.rich}`,
      ({ disclosures }) => JSON.stringify(disclosures).includes('工本费'),
    );
    expect(Object.keys(guide.disclosures).sort()).toEqual(
      ['conditions', 'fee', 'legalBasis', 'materials', 'name', 'procedure', 'time'].sort(),
    );
    expect(guide.disclosures['materials']).toMatchObject(
      ['必要', '非必要', '容缺后补', '信息免交'].map((necessityName) => ({ necessityName })),
    );
    expect(guide.disclosures['fee']).toMatchObject({ projects: [{ name: '工本费', amountFen: 1_000, unit: '证' }] });
    expect([guide.questions, guide.places]).toMatchObject([[{ answer: '按月发放。' }], [{ window: '12号' }]]);
    const page = await running.office.get(undefined, village, `/guide/${codes.rich}/page`);
    expect([page.status, page.contentType]).toEqual([200, expect.stringContaining('text/html')]);
    const pdf = Buffer.from(await desk.bytes(running.office.url(village, `/guide/${codes.rich}/guide.pdf`)));
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    // Lines break within cells wherever they are full.
    const printed = textOfPdf(pdf).replace(/\s/gu, '');
    for (const text of ['端到端测试补贴', '工本费', '容缺后补', '按月发放']) expect(printed).toContain(text);
  });
}
