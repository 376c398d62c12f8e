/** A township and its district in one process: real catalogue, casework, attachments and journal, served over HTTP. */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { workingCalendar } from '@tongban/domain/calendar';
import { parseDivisions } from '@tongban/domain/division';
import { archiveMigrations, archiveModule } from '@tongban/feature/archive';
import {
  ActionController,
  AttachmentController,
  caseBinding,
  CaseController,
  CASEWORK,
  caseworkMigrations,
  mandateBinding,
  MandateController,
  UploadController,
  type CaseworkTools,
} from '@tongban/feature/casework';
import { catalogueMigrations, openCatalogue, type Catalogue } from '@tongban/feature/catalogue';
import { documentMigrations, documentsModule } from '@tongban/feature/documents';
import { privacyBinding, privacyMigrations, privacyModule } from '@tongban/feature/privacy';
import { auditMigrations } from '@tongban/feature/audit';
import { bindingsOf, federationMigrations, Host } from '@tongban/federation/nest';
import { feedbackMigrations } from '@tongban/feature/feedback';
import { journalMigrations, Sealer } from '@tongban/journal';
import { nodeCode, parentOf, tierOf, type NodeCode } from '@tongban/kernel';
import { Attachments, blobMigrations, BlobStore } from '@tongban/platform/blob';
import {
  aDelegation,
  aDepartment,
  anItem,
  city,
  district,
  itemCode,
  openOffice,
  township,
  type Caller,
  type OfficeFeature,
  type OfficeParts,
  type TestOffice,
} from '@tongban/testkit';
import { archiveToolsOf, documentToolsOf } from '../src/documents.js';
import { itemSourceOf } from '../src/items.js';
import { findPrivacyCase, privacyToolsOf } from '../src/privacy.js';

export { city, district, itemCode, township };
export const publicUrl = 'https://tongban.example';
const nodes = [nodeCode('370000000000'), city, district, township];
const quiet = (): void => undefined;

const division = (code: NodeCode, name: string) => ({
  ...{ code, name, tier: tierOf(code), parent: parentOf(code) },
  kind: 'official',
});
const divisions = parseDivisions({
  city,
  source: 'test',
  divisions: [division(city, '日照市'), division(district, '东港区'), division(township, '日照街道')],
});

type Hub = Parameters<typeof Host.open>[0]['hub'];
const unreachable: Hub = {
  name: 'nowhere',
  reaches: () => false,
  send: () => Promise.resolve(),
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
/** Brings every message from one node of the process to the other. */
export function shortWayRound(): Hub {
  let handler: Parameters<Hub['start']>[0] | undefined;
  return {
    name: 'loop',
    reaches: (peer) => nodes.includes(peer),
    send(frame) {
      setImmediate(() => void handler?.(frame).catch(() => undefined));
      return Promise.resolve();
    },
    start(handle) {
      handler = handle;
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
}

const material = (code: string, name: string) =>
  ({ code, name, necessity: 'optional', source: 'applicant', form: 'original', copies: 1 }) as const;
const licence = anItem({
  materials: [material('id-card', '居民身份证'), material('register', '居民户口簿（首页、户主页和本人页）')],
  result: { kind: 'certificate', name: '高龄津贴证' },
  consultPhone: '0633-8000000',
});
const powers = ['accept', 'decide', 'certify', 'deliver'] as const;

async function openFeatures(
  parts: OfficeParts,
  folder: string,
  hub: Hub,
  closing: (close: () => Promise<void>) => void,
): Promise<OfficeFeature[]> {
  const { transactor, keystore, directory, clock } = parts;
  const catalogue = await openCatalogue({
    ...{ nodes, transactor, keystore, directory, clock, log: quiet },
    ...{ natsUrl: 'nats://127.0.0.1:1', consumer: 'host_printing' },
  });
  closing(() => catalogue.stop());
  await publish(catalogue);
  const store = new BlobStore(folder);
  await store.prepare();
  const attachments = new Attachments(store, clock);
  const sealer = new Sealer(directory, keystore);
  const secrets = {
    hmac: (node: NodeCode, purpose: string, text: string) =>
      createHmac('sm3', node).update(`${purpose} ${text}`).digest('hex'),
  };
  const items = itemSourceOf(catalogue.view);
  const calendar = workingCalendar();
  const bindings = bindingsOf([
    caseBinding({ calendar, items, attachments, secrets }),
    mandateBinding(),
    privacyBinding({ find: findPrivacyCase }),
  ]);
  const host = await Host.open({
    ...{ nodes, bindings, keystore, directory, sealer, transactor, clock, hub, log: quiet },
    traced: (_traceparent, _name, _attributes, work) => work(),
  });
  await host.start();
  closing(() => host.stop());
  const casework: CaseworkTools = {
    ...{ commands: host.commands, transactor, items, attachments, secrets, sealer, clock, calendar },
  };
  const printing = { casework, catalogue, publicUrl, hosted: { divisions, nodes, keystore, directory } };
  const documents = documentToolsOf(printing);
  return [
    {
      controllers: [CaseController, ActionController, AttachmentController, UploadController, MandateController],
      providers: [{ provide: CASEWORK, useValue: casework }],
    },
    documentsModule(documents),
    privacyModule(privacyToolsOf(casework)),
    archiveModule(archiveToolsOf(printing, documents)),
  ];
}

async function publish(catalogue: Catalogue): Promise<void> {
  const actor = { subject: 'manager', role: 'catalogue-manager', division: city } as const;
  const published = await catalogue.publish.publish({
    ...{ node: city, actor, key: randomUUID() },
    catalogue: { departments: [aDepartment()], items: [licence], delegations: [aDelegation({ powers: [...powers] })] },
  });
  if (!published.ok) throw new Error(published.refusal.detail);
}

export interface PrintingOffice extends TestOffice {
  /** Where the archives of a test may lie. */
  readonly folder: string;
}

/** Why papers were opened, as the person reads it: a column that is sealed in the database. */
export const openedReasons = <Row extends { readonly purpose: string }>(
  { parts: { directory, keystore, transactor } }: PrintingOffice,
  context: string,
  rows: readonly Row[],
): Promise<Row[]> =>
  transactor.run(async (sql) => {
    const { texts } = new Sealer(directory, keystore);
    const opened: Row[] = [];
    for (const row of rows) opened.push({ ...row, purpose: await texts.open(sql, township, context, row.purpose) });
    return opened;
  });

export async function openPrintingOffice(hub = unreachable): Promise<PrintingOffice> {
  const folder = await mkdtemp(join(tmpdir(), 'printing-'));
  const office = await openOffice({
    nodes,
    migrations: [
      ...[...journalMigrations, ...federationMigrations, ...caseworkMigrations, ...catalogueMigrations],
      ...[...blobMigrations, ...auditMigrations, ...documentMigrations, ...archiveMigrations],
      ...[...privacyMigrations, ...feedbackMigrations],
    ],
    features: (parts, closing) => openFeatures(parts, join(folder, 'blobs'), hub, closing),
  });
  return {
    ...office,
    folder,
    async close() {
      await office.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface SubmittedCase {
  readonly record: string;
  readonly number: string;
  readonly queryCode: string;
}

const identities = { next: 1 };

/** An application with one photograph, handed in at the township's window. */
export async function submit(office: PrintingOffice, clerk: Caller, name = '王秀英'): Promise<SubmittedCase> {
  const uploaded = await office.app.nest.inject({
    method: 'POST',
    url: `/v1/nodes/${township}/attachments`,
    headers: { authorization: bearerOf(clerk), 'content-type': 'image/png' },
    payload: png,
  });
  if (uploaded.statusCode !== 201) throw new Error(uploaded.body);
  const reply = await clerk.send('POST', `${township}/cases`, {
    ...{ item: itemCode, channel: 'window', applicantType: 'naturalPerson', identityType: 'passport' },
    applicant: { name, identityNumber: `P${identities.next++}`, phone: '13800138000' },
    form: {},
    attachments: [{ material: 'id-card', name: '身份证.png', ...uploaded.json() }],
  });
  if (reply.statusCode !== 201) throw new Error(reply.body);
  return reply.json();
}

const bearerOf = (caller: Caller): string => bearers.get(caller)!;
const bearers = new WeakMap<Caller, string>();

/** Somebody at a desk, whose bearer the upload of bytes needs too. */
export function at(office: PrintingOffice, role: 'clerk' | 'approver', node: NodeCode, subject: string): Caller {
  const caller = office.as(role, node, subject);
  bearers.set(caller, `Bearer ${subject}.${role}.${node}`);
  return caller;
}

/** One white pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
