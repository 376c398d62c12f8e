import { join } from 'node:path';
import { jest } from '@jest/globals';
import { isUscc, type ServiceItem } from '@tongban/domain/catalogue';
import {
  CatalogueDesk,
  catalogueStaff,
  city,
  codes,
  refused,
  village,
  type Scene,
  type Shown,
} from './catalogue-desk.js';
import { layersOf, startingCatalogue, versionsOf } from './catalogue-life.js';
import { publicOf } from './catalogue-public.js';
import { refusalsOf } from './catalogue-refusals.js';
import { commandLine } from './city.js';
import { killApp } from './mishaps.js';
import { usernameOf } from './office.js';
import { chinaDay } from './papers.js';
import { cityTimeoutMs, runCity } from './running.js';
import { until } from './wait.js';

const testTimeoutMs = 90_000;
const spreadTimeoutMs = 60_000;
jest.setTimeout(testTimeoutMs);

interface Line {
  readonly publisher: string;
  readonly newest: number;
  readonly behind: number;
  readonly lagging: readonly { readonly named: readonly string[] }[];
}

describe('the catalogue of a city', () => {
  let scene: Scene;
  const of = (): Scene => scene;

  beforeAll(async () => {
    const running = await runCity({ persons: catalogueStaff });
    const desk = new CatalogueDesk(running.office);
    const { departments } = await desk.export();
    scene = { running, desk, department: departments.find(({ id }) => id === 'civil-affairs')! };
    await desk.published(startingCatalogue(scene));
    await desk.shown<Shown>(village, `/items/${codes.reform}`, ({ version }) => version === 1);
  }, cityTimeoutMs);

  afterAll(() => scene?.running.city.dispose(), testTimeoutMs);

  it('lists every element of an item with its place in the standards, and builds its codes', async () => {
    const { office } = of().running;
    const elements = (await office.send(undefined, 'GET', `${office.base('village')}/v1/item-elements`)).json;
    expect(elements?.['elements']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'materials', gbt39046: expect.arrayContaining([56, 64]) as unknown }),
      ]),
    );
    const { json } = await office.get(undefined, village, `/items/${codes.plain}`);
    const built = json?.['codes'] as Record<string, string>;
    expect(built).toMatchObject({ base: codes.plain, implementation: expect.stringMatching(/^.{31}$/) as string });
    expect(built['handling']).toMatch(/^.{33}$/);
    expect(isUscc(built['implementation']!.slice(0, 18))).toBe(true);
  });

  versionsOf(of);
  layersOf(of);
  publicOf(of);

  it('is reformed in a round: planned, compared, approved by another, published as one, and kept', async () => {
    const { desk, running } = of();
    const plan = {
      ...{ title: '端到端测试提速', basis: '日政办发〔2026〕1号', effectiveOn: chinaDay() },
      groups: [{ name: '行政给付', items: [codes.reform] }],
      changes: [{ kind: 'compress', item: codes.reform, promisedDays: 3 }],
    };
    const begun = await desk.command('/reforms', plan);
    expect(begun.status).toBe(201);
    const round = `/reforms/${String(begun.json?.['round'])}`;
    const compared = (await desk.get(`${round}/comparison`)).json;
    expect(compared).toMatchObject({
      before: { promisedDays: { total: 8 }, withinFiveDays: { count: 0 } },
      after: {
        items: 1,
        promisedDays: { total: 3, mean: 3 },
        withinFiveDays: { count: 1 },
        statutoryDays: { total: 20 },
      },
    });
    expect((await desk.command(`${round}/proposal`, {})).status).toBeLessThan(300);
    expect(refused(await desk.command(`${round}/approval`, {}))).toEqual([409, 'reform.same-person']);
    const approver = usernameOf('approver', city);
    expect((await running.office.command(approver, city, `${round}/approval`, {})).status).toBeLessThan(300);
    expect((await desk.command(`${round}/publication`, {})).status).toBeLessThan(300);
    const shown = await desk.shown<Shown>(village, `/items/${codes.reform}`, ({ version }) => version === 2);
    expect(shown.promisedDays).toBe(3);
    expect((await desk.get(round)).json).toMatchObject({ status: 'published' });
    expect((await desk.get(`${round}/comparison`)).json).toEqual(compared);
  });

  it('goes out and comes in again as a file, unchanged; what is changed waits for a second person', async () => {
    const { desk } = of();
    const xlsx = await desk.file('format=xlsx');
    expect((await desk.import(xlsx)).json).toMatchObject({ published: 0, items: expect.any(Number) as number });
    const json = await desk.file('format=json');
    expect((await desk.import(json, 'format=json')).json).toMatchObject({ published: 0 });
    const { items } = JSON.parse(Buffer.from(json).toString()) as { items: ServiceItem[] };
    const { version: _numbered, ...one } = items.find(({ code }) => code === codes.absent)!;
    const changed = Buffer.from(JSON.stringify({ items: [{ ...one, description: '导入修改。' }] }));
    const proposed = await desk.import(new Uint8Array(changed), 'format=json');
    expect([proposed.status, proposed.json]).toMatchObject([202, { state: 'proposed', toPublish: 1 }]);
    const alone = await desk.approve(proposed, city, usernameOf('catalogue-manager', city));
    expect(refused(alone)).toEqual([409, 'catalogue.same-person']);
    expect((await desk.approve(proposed)).status).toBe(201);
    await desk.shown<Shown>(village, `/items/${codes.absent}`, ({ description }) => description === '导入修改。');
  });

  it('goes out and comes in by the command line as well', async () => {
    const { desk, running } = of();
    const env = { TONGBAN_URL: running.office.base('city'), TONGBAN_TOKEN: await desk.token() };
    const act = (what: string, name: string, ...more: string[]) => {
      const file = join(running.city.folder.stateDirectory, name);
      return commandLine(running.city.folder, ['catalogue', what, city, file, ...more], env);
    };
    const said = (text: string) => ({ status: 0, stdout: expect.stringContaining(text) as string });
    expect(await act('export', 'catalogue.xlsx')).toMatchObject(said('已写入'));
    expect(await act('import', 'catalogue.xlsx', '--check')).toMatchObject(said('没有发现问题'));
    expect(await act('export', 'catalogue.json')).toMatchObject(said('已写入'));
    expect(await act('import', 'catalogue.json')).toMatchObject(said('已发布 0 条'));
  });

  it('reaches a host that was away, as soon as it is back, and the city sees it', async () => {
    const { desk, running, department } = of();
    const lineOf = async (): Promise<Line | undefined> => {
      const { json } = await desk.get('/catalogue/standing');
      return (json?.['publishers'] as Line[]).find(({ publisher }) => publisher === city);
    };
    const { items } = await desk.export();
    const before = items.filter(({ code }) => code === codes.absent).at(-1)!;
    expect(before.departmentId).toBe(department.id);
    await killApp(running.city, 'village', async () => {
      await desk.published({ items: [{ ...before, version: 9, description: '离线期间。' }] });
      await until('the city to see who is behind', spreadTimeoutMs, async () =>
        (await lineOf())!.behind === 1679 ? true : undefined,
      );
      expect((await lineOf())!.lagging.flatMap(({ named }) => named)).toContain(village);
    });
    await desk.shown<Shown>(village, `/items/${codes.absent}`, ({ description }) => description === '离线期间。');
    await until('all nodes to be up to date', spreadTimeoutMs, async () =>
      (await lineOf())!.newest === 1741 ? true : undefined,
    );
  });

  refusalsOf(of);
});
