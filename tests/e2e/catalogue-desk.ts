import { randomUUID } from 'node:crypto';
import type { Department, ServiceItem, WholeCatalogue } from '@tongban/domain/catalogue';
import type { NodeCode } from '@tongban/kernel';
import { cityCode } from './city.js';
import { commandHeaders, unexpected, type Answer } from './http.js';
import { usernameOf, type By, type Office, type Person } from './office.js';
import type { RunningCity } from './running.js';
import { until } from './wait.js';

export const city = cityCode as NodeCode;
export const district = '371102000000' as NodeCode;
export const township = '371102001000' as NodeCode;
export const village = '371102001001' as NodeCode;
export const province = '370000000000' as NodeCode;
const arrivalTimeoutMs = 30_000;

/** Persons of the lower catalogues that the demonstration does not have. */
export const catalogueStaff: readonly Person[] = (
  [
    ['catalogue-manager', district],
    ['reviewer', district],
    ['catalogue-manager', township],
    ['catalogue-manager', province],
    ['reviewer', province],
  ] as const
).map(([role, division]) => ({
  ...{ username: usernameOf(role, division), roles: [role], division },
  ...{ password: randomUUID(), name: '测试人员' },
}));

const manager = (node: NodeCode): string => usernameOf('catalogue-manager', node);
const second = (node: NodeCode): string => usernameOf('reviewer', node);

/** The catalogue of a running city as those who answer for it work on it, each publication by two persons. */
export class CatalogueDesk {
  constructor(private readonly office: Office) {}

  /** Whatever is answered by the last step: the proposal where it is refused, else the approval. */
  async publish(catalogue: object, node: NodeCode = city): Promise<Answer> {
    const proposed = await this.office.command(manager(node), node, '/catalogue', catalogue);
    return proposed.status === 202 ? this.approve(proposed, node) : proposed;
  }

  async approve({ json }: Answer, node: NodeCode = city, by: By = second(node)): Promise<Answer> {
    const path = `/proposals/${String(json?.['proposal'])}/approval`;
    return this.office.command(by, node, path, {}, { 'if-match': '"1"' });
  }

  async published(catalogue: object, node: NodeCode = city): Promise<void> {
    const answer = await this.publish(catalogue, node);
    if (answer.status !== 201) throw unexpected(`a publication of ${node}`, answer);
  }

  command(path: string, body: object, node: NodeCode = city, headers: Record<string, string> = {}): Promise<Answer> {
    return this.office.command(manager(node), node, path, body, headers);
  }

  get(path: string, node: NodeCode = city): Promise<Answer> {
    return this.office.get(manager(node), node, path);
  }

  /** A version by way of a draft; the number it got. */
  async revise({ version: _version, ...document }: ServiceItem): Promise<Answer> {
    const made = await this.command('/drafts', document);
    const draft = `/drafts/${String(made.json?.['draft'])}`;
    const verdict = { verdict: 'approve' };
    await this.office.command(second(city), city, `${draft}/review`, verdict, { 'if-match': '"1"' });
    return this.command(`${draft}/publication`, {}, city, { 'if-match': '"2"' });
  }

  async export(): Promise<WholeCatalogue> {
    const answer = await this.get('/catalogue/export?format=json');
    if (answer.status !== 200) throw unexpected('the export', answer);
    return answer.json as unknown as WholeCatalogue;
  }

  /** An exported file itself. */
  async file(query: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.bytes(this.office.url(city, `/catalogue/export?${query}`), await this.token());
  }

  /** What is answered, byte by byte; without a token as anybody. */
  async bytes(url: string, token?: string): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    return new Uint8Array(await answer.arrayBuffer());
  }

  token(): Promise<string> {
    return this.office.token(manager(city));
  }

  import(file: Uint8Array<ArrayBuffer>, query = 'format=xlsx', act = 'import'): Promise<Answer> {
    const headers = { ...commandHeaders(), 'content-type': 'application/octet-stream' };
    return this.office.send(manager(city), 'POST', this.office.url(city, `/catalogue/${act}?${query}`), headers, file);
  }

  /** What a node shows to anybody, as soon as it suits. */
  async shown<T>(node: NodeCode, path: string, suits: (json: T) => boolean): Promise<T> {
    let last: Answer | undefined;
    return until(
      `${node}${path} to show what was published`,
      arrivalTimeoutMs,
      async () => {
        last = await this.office.get(undefined, node, path);
        const json = last.json as T | undefined;
        return last.status === 200 && json !== undefined && suits(json) ? json : undefined;
      },
      () => last?.text.slice(0, 300) ?? '',
    );
  }
}

/** Everything in a made-up item is right; its department is one of the city's. */
export function madeUpItem(code: string, department: Department, parts: Partial<ServiceItem> = {}): ServiceItem {
  return {
    ...{ code, version: 1, name: `端到端测试补贴${code.slice(-3)}`, type: 'benefit', level: 'district' },
    ...{
      departmentId: department.id,
      description: '用于端到端测试。',
      audience: ['naturalPerson'],
      regime: 'promised',
    },
    legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
    conditions: ['具有本区户籍'],
    materials: [],
    steps: [
      { name: '受理', power: 'accept', days: 1 },
      { name: '决定', power: 'decide', days: 4 },
    ],
    ...{ statutoryDays: 20, promisedDays: 8, fee: { charged: false }, presenceRequired: false },
    result: { kind: 'approval', name: '补贴发放通知' },
    applicantForm: { type: 'object', properties: {}, required: [] },
    themes: ['pension'],
    validFrom: '2026-01-01',
    ...parts,
  } as ServiceItem;
}

export const delegationOf = (item: string, parts: object = {}): object => ({
  ...{ id: `e2e-${item}-townships`, item, from: 'district', to: 'township', form: 'devolved', version: 1 },
  ...{ powers: ['accept', 'decide', 'certify'], validFrom: '2026-01-01' },
  ...parts,
});
export const agencyOf = (item: string): object =>
  delegationOf(item, { id: `e2e-${item}-agency`, from: 'township', to: 'village', powers: ['submit'], form: 'agency' });

/** Codes of the made-up items, one for each story. */
export const codes = {
  plain: '000511990001',
  versions: '000511990002',
  absent: '000511990003',
  reform: '000511990004',
  rich: '000511990005',
} as const;

/** What the tests of a running city's catalogue share. */
export interface Scene {
  readonly running: RunningCity;
  readonly desk: CatalogueDesk;
  /** Of the made-up items. */
  readonly department: Department;
}

/** An item as the public reads it, as far as tests look. */
export interface Shown {
  readonly version: number;
  readonly description: string;
  readonly promisedDays: number;
}

export const refused = ({ status, json }: Answer): readonly unknown[] => [status, json?.['code']];

/** Refused with the code, the place or reason in the text, and no version of anything more than before. */
export async function refuses(
  { running }: Scene,
  [status, code, text]: readonly [number, string, string],
  command: () => Promise<Answer>,
): Promise<void> {
  const versions = () =>
    running.databases.query<{ n: number }>('city', 'select count(*)::int as n from catalogue_version');
  const before = await versions();
  const given = await command();
  expect([...refused(given), given.text]).toEqual([status, code, expect.stringContaining(text)]);
  expect(await versions()).toEqual(before);
}
