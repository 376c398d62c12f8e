import { serviceItemSchema } from '@tongban/domain/catalogue';
import { isNodeCode, type NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import { RouteFailure } from './http.js';
import type { Somebody, Wire } from './wire.js';

/** An instant as the API writes it, in milliseconds. */
function instantSchema() {
  return z.iso.datetime().transform((text) => Date.parse(text));
}

/** The public HTTP API as the main job uses it (docs/architecture.md, "HTTP"): the only place that spells a route. */
const node = z.string().refine(isNodeCode) as unknown as z.ZodType<NodeCode>;

const routeSchema = z.object({ accept: node, decide: node, certify: node, deliver: node });
const offerSchema = z.object({ code: z.string() });
const offersSchema = z.object({ items: z.array(offerSchema), next: z.string().nullish() });
const {
  code,
  version,
  name,
  audience,
  regime,
  presenceRequired,
  promisedDays,
  result,
  materials,
  applicantForm,
  fees,
} = serviceItemSchema.shape;
const offeredItemSchema = z.object({
  ...{ code, version, name, audience, regime, presenceRequired, promisedDays, result, materials, applicantForm, fees },
  powers: z.array(z.string()),
  /** Absent where this node may not take the item in. */
  route: routeSchema.optional(),
});
export type OfferedItem = z.infer<typeof offeredItemSchema>;
export type CaseRoute = z.infer<typeof routeSchema>;

const uploadSchema = z.object({ digest: z.string(), size: z.int(), mediaType: z.string(), key: z.string() });
const submittedSchema = z.object({ record: z.string(), number: z.string(), queryCode: z.string(), seq: z.int() });
export type Submitted = z.infer<typeof submittedSchema>;

const reportSchema = z.object({
  outcome: z.enum(['acknowledged', 'rejected']),
  dataVersion: z.int(),
  receipt: z.string().nullish(),
  problems: z.array(z.object({ code: z.string(), field: z.string(), message: z.string() })).default([]),
});
export type CaseReport = z.infer<typeof reportSchema>;
const caseSchema = z.object({
  record: z.string(),
  number: z.string(),
  item: z.object({ code: z.string(), name: z.string() }),
  status: z.string(),
  closing: z.string().nullable(),
  owner: node,
  seq: z.int(),
  headHash: z.string(),
  reports: z.record(z.string(), reportSchema),
  state: z.object({ fee: z.object({ status: z.string() }) }),
});
export type CaseView = z.infer<typeof caseSchema>;

const instant = instantSchema();
const entrySchema = z.object({
  id: z.string(),
  seq: z.int(),
  type: z.string(),
  author: node,
  recordedAt: instant,
  appliedAt: instant,
  hash: z.string(),
});
export type EntryLine = z.infer<typeof entrySchema>;
const entriesSchema = z.object({ entries: z.array(entrySchema) });

const commandSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), record: z.string(), seq: z.int() }),
  z.object({ state: z.literal('requested'), record: z.string(), request: z.string() }),
]);
export type CommandAnswer = z.infer<typeof commandSchema>;
const requestSchema = z.object({
  state: z.enum(['pending', 'done', 'refused']),
  code: z.string().nullish(),
  detail: z.string().nullish(),
});
export type RequestState = z.infer<typeof requestSchema>;

const publishedSchema = z.union([
  z.object({ state: z.literal('proposed'), proposal: z.string(), seq: z.int() }),
  z.object({ published: z.int(), unchanged: z.int() }),
]);
export type Published = z.infer<typeof publishedSchema>;
const approvedSchema = z.object({ published: z.int(), unchanged: z.int() });
const standingSchema = z.object({
  total: z.int(),
  unheard: z.int(),
  silentNodes: z.int(),
  publishers: z.array(
    z.object({
      publisher: node,
      newest: z.int(),
      behind: z.int(),
      publishedAt: instantSchema().optional(),
      since: instantSchema(),
      lagging: z.array(z.object({ nodes: z.int(), named: z.array(z.string()) })),
    }),
  ),
});
export type CatalogueStanding = z.infer<typeof standingSchema>;
const versionsSchema = z.object({ versions: z.array(z.object({ version: z.int() })).min(1) });
const provinceRecordSchema = z.object({
  position: z.int(),
  profile: z.string(),
  kind: z.string(),
  businessKey: z.string(),
  dataVersion: z.int(),
  outcome: z.enum(['acknowledged', 'rejected']),
  receipt: z.string().nullable(),
});
export type ProvinceRecord = z.infer<typeof provinceRecordSchema>;
const provinceCaseSchema = z.object({ records: z.array(provinceRecordSchema) });

const orderSchema = z.object({ payCode: z.string() });
const paidSchema = z.object({ receiptNumber: z.string() });
const documentsSchema = z.object({
  documents: z.array(z.object({ kind: z.string(), title: z.string(), address: z.url().nullable() })),
});
export type CaseDocument = z.infer<typeof documentsSchema>['documents'][number];

/** Actions on a case by the last part of their route. */
export type CaseAction =
  | 'acceptance'
  | 'non-acceptance'
  | 'supplement-request'
  | 'supplement'
  | 'review'
  | 'hand-over'
  | 'decision'
  | 'certificate'
  | 'delivery'
  | 'rating'
  | 'withdrawal'
  | 'correction'
  | 'on-the-spot'
  | 'payment-notice';

const pageLimit = 100;
const maxPages = 50;

export class Api {
  constructor(readonly wire: Wire) {}

  /** Puts a catalogue forward; published at once where nobody else has to approve it. */
  async publish(by: Somebody, catalogue: object): Promise<Published> {
    return this.wire.command(publishedSchema, by, '/catalogue', catalogue);
  }

  async approve(by: Somebody, proposal: string, seq: number): Promise<z.infer<typeof approvedSchema>> {
    return this.wire.command(
      approvedSchema,
      by,
      `/proposals/${proposal}/approval`,
      {},
      {
        headers: { 'if-match': `"${seq}"` },
      },
    );
  }

  /** Who holds what of the catalogue, as the node knows it. */
  async catalogueStanding(by: Somebody): Promise<CatalogueStanding> {
    return this.wire.get(standingSchema, by, by.at, '/catalogue/standing');
  }

  async newestVersion(at: NodeCode, code: string): Promise<number> {
    const { versions } = await this.wire.get(versionsSchema, undefined, at, `/items/${code}/versions`);
    return Math.max(...versions.map(({ version }) => version));
  }

  /** Codes of everything a node offers. */
  async offeredCodes(at: NodeCode): Promise<string[]> {
    const codes: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const query = new URLSearchParams({ limit: String(pageLimit), ...(cursor === undefined ? {} : { cursor }) });
      const read = await this.wire.get(offersSchema, undefined, at, `/items?${query}`);
      codes.push(...read.items.map(({ code }) => code));
      if (read.next === undefined || read.next === null) return codes;
      cursor = read.next;
    }
    throw new Error(`${at} offers more than ${maxPages * pageLimit} items`);
  }

  async offeredItem(at: NodeCode, code: string): Promise<OfferedItem> {
    return this.wire.get(offeredItemSchema, undefined, at, `/items/${code}`);
  }

  async upload(by: Somebody, bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<z.infer<typeof uploadSchema>> {
    return this.wire.post(uploadSchema, by, '/attachments', bytes, { 'content-type': mediaType });
  }

  async grantMandate(by: Somebody, grant: object): Promise<string> {
    return (await this.wire.command(commandSchema, by, '/mandates', grant)).record;
  }

  async submit(by: Somebody, submission: object): Promise<Submitted> {
    return this.wire.command(submittedSchema, by, '/cases', submission);
  }

  async act(by: Somebody, record: string, action: CaseAction, fields: object, seq?: number): Promise<CommandAnswer> {
    const condition = seq === undefined ? {} : { 'if-match': `"${seq}"` };
    return this.wire.command(commandSchema, by, `/cases/${record}/${action}`, fields, { headers: condition });
  }

  /** The code under which the resident of `by` pays what the case's owner asks for. */
  async payCode(by: Somebody, owner: NodeCode, record: string): Promise<string> {
    return (await this.wire.command(orderSchema, by, `/cases/${record}/payment-order`, {}, { at: owner })).payCode;
  }

  /** What the payer does at the sandbox of the host that serves `owner`. */
  async pay(owner: NodeCode, payCode: string): Promise<string> {
    const url = `${this.wire.base(owner)}/v1/sandbox-payments/${payCode}`;
    const headers = { 'content-type': 'application/json' };
    return (await this.wire.send(paidSchema, { method: 'POST', url, headers, body: '{}' }, undefined)).receiptNumber;
  }

  /** Has the owner ask the provider and book the money. */
  async confirmPayment(by: Somebody, owner: NodeCode, record: string): Promise<void> {
    await this.wire.command(commandSchema, by, `/cases/${record}/online-payment`, {}, { at: owner });
  }

  async documents(by: Somebody, record: string): Promise<CaseDocument[]> {
    return (await this.wire.get(documentsSchema, by, by.at, `/cases/${record}/documents`)).documents;
  }

  async request(by: Somebody, request: string): Promise<RequestState> {
    return this.wire.get(requestSchema, by, by.at, `/requests/${request}`);
  }

  /** Undefined where the node does not hold the case yet. */
  async findCase(at: NodeCode, record: string): Promise<CaseView | undefined> {
    return this.wire.getIfHeld(caseSchema, at, `/cases/${record}`);
  }

  async findEntries(at: NodeCode, record: string): Promise<EntryLine[]> {
    return (await this.wire.getIfHeld(entriesSchema, at, `/cases/${record}/entries`))?.entries ?? [];
  }

  /** What the province has on file of a case, all versions. */
  async provinceRecords(number: string): Promise<ProvinceRecord[]> {
    const url = `${this.wire.provinceUrl}/exchange/v1/cases/${encodeURIComponent(number)}`;
    try {
      return (await this.wire.send(provinceCaseSchema, { method: 'GET', url }, undefined)).records;
    } catch (error) {
      if (error instanceof RouteFailure && error.status === 404) return [];
      throw error;
    }
  }
}
