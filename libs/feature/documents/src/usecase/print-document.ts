import { hashQueryCode } from '@tongban/domain/casework';
import {
  blocksOf,
  documentsOf,
  findDocument,
  type Applicant,
  type CaseDocument,
  type Links,
  type Subject,
} from '@tongban/domain/document';
import { readEntries, sm3, viewOf, type Entry } from '@tongban/journal';
import {
  isoInstant,
  ok,
  refuse,
  type Instant,
  type JsonObject,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { renderPdf, type Paper, type PaperWidth } from '@tongban/platform/document';
import type { DocumentTools, DossierReader, HeldCase } from '../ports.js';
import { sealedBytes } from '../seals.js';
import { insertIssue, listIssues, type Issue } from '../store/issue-store.js';
import { progressAddress, verificationAddress } from './addresses.js';
import { verificationCodeOf } from './verification-code.js';

export interface ListedDocument extends CaseDocument {
  /** The files that were handed out here, oldest first. */
  readonly issues: readonly Issue[];
  /** Where anybody who has it looks: what its QR code says. */
  readonly address: string | undefined;
}

/** Everything of a case that can be printed here. Refusal: case.unknown. */
export async function listDocuments(
  tools: DocumentTools,
  node: NodeCode,
  record: Uuid,
): Promise<Result<readonly ListedDocument[]>> {
  const held = await tools.cases.find(node, record);
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { entries, issues } = await tools.transactor.run(async (sql) => ({
    entries: await readEntries(sql, node, record),
    issues: await listIssues(sql, node, record),
  }));
  const links = linksOf(tools, { held, entries });
  const documents = documentsOf(entries.map(viewOf), held.state.item.type);
  return ok(
    documents.map((document) => ({
      ...document,
      issues: issues.filter(({ document: id }) => id === document.id),
      address: addressOf(document, links),
    })),
  );
}

const addressOf = ({ kind }: CaseDocument, { progress, verification }: Links): string | undefined =>
  kind === 'receipt' ? progress : kind === 'result' ? verification : undefined;

export interface PrintedDocument {
  readonly document: CaseDocument;
  readonly bytes: Buffer;
  readonly issue: Issue;
}

type OpenedPart = { readonly seq: number; readonly content: JsonObject };

/** A case with its sealed parts open, ready to be printed from. */
export interface OpenCase {
  readonly held: HeldCase;
  readonly entries: readonly Entry[];
  readonly parts: readonly OpenedPart[];
}

/** Opens the dossier, which is recorded. Refusals: case.unknown, dossier.not-recipient. */
export async function openCase(tools: DocumentTools, reader: DossierReader, record: Uuid): Promise<Result<OpenCase>> {
  const held = await tools.cases.find(reader.node, record);
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const parts = await tools.cases.open(reader, record);
  if (!parts.ok) return parts;
  const entries = await tools.transactor.run((sql) => readEntries(sql, reader.node, record));
  return ok({ held, entries, parts: parts.value });
}

function linksOf(tools: DocumentTools, { held, entries }: Pick<OpenCase, 'held' | 'entries'>): Links {
  const { state, record } = held;
  const { number, intake, certificate } = state;
  const code = tools.serves(intake) ? tools.cases.queryCodeOf(intake, record) : undefined;
  // Only a code that opens the page is printed: an older release may have made its codes in another way.
  const queryCode = code !== undefined && hashQueryCode(number, code) === state.queryCodeHash ? code : undefined;
  const issuing = entries.findLast(({ type }) => type === 'case.certified');
  const verificationCode =
    certificate === null || issuing === undefined ? undefined : verificationCodeOf(certificate.number, issuing.hash);
  return {
    queryCode,
    progress: queryCode === undefined ? undefined : progressAddress(tools.publicUrl, number, queryCode),
    verificationCode,
    verification:
      certificate === null || verificationCode === undefined
        ? undefined
        : verificationAddress(tools.publicUrl, certificate.number, verificationCode),
  };
}

function subjectOf(tools: DocumentTools, node: NodeCode, opened: OpenCase, issuedAt: Instant): Subject {
  const { state } = opened.held;
  const submitted = opened.parts.find(({ seq }) => seq === 1)?.content['applicant'] as Applicant | undefined;
  if (submitted === undefined) throw new Error(`${opened.held.record}: the first entry names no applicant`);
  return { state, applicant: submitted, names: tools.namesFor(node, state, issuedAt), links: linksOf(tools, opened) };
}

function paperOf(tools: DocumentTools, node: NodeCode, opened: OpenCase, document: CaseDocument): Paper {
  const { record, state } = opened.held;
  const entry = opened.entries.find(({ seq }) => seq === document.seq);
  if (entry === undefined) throw new Error(`${record}: no entry ${document.seq}`);
  const sealed = opened.parts.find(({ seq }) => seq === document.seq)?.content;
  const subject = subjectOf(tools, node, opened, document.issuedAt);
  return {
    title: `${document.title}（${document.number ?? state.number}）`,
    author: subject.names.authority(document.issuer),
    createdAt: document.issuedAt,
    footer: `办件编号 ${state.number}`,
    blocks: blocksOf(document, viewOf(entry), sealed, subject),
  };
}

/** One document of an open case as a file, sealed by the node; the seal is recorded before the file is given out. */
async function printOf(
  tools: DocumentTools,
  node: NodeCode,
  opened: OpenCase,
  document: CaseDocument,
  width: PaperWidth = 'a4',
): Promise<PrintedDocument> {
  const { record } = opened.held;
  const bytes = await renderPdf(paperOf(tools, node, opened, document), { width });
  const digest = sm3(bytes);
  const signature = await tools.seals.seal(node, sealedBytes(record, document.id, digest));
  const issue = { document: document.id, digest, signature, issuedAt: tools.clock.now() };
  await tools.transactor.run((sql) => insertIssue(sql, node, record, issue));
  return { document, bytes, issue };
}

/**
 * The original is handed to the party: the same bytes for everybody, under the node's seal. A copy is for looking at: it says
 * on every page who looked and when, and bears no seal.
 */
export const documentForms = ['original', 'copy'] as const;
export type DocumentForm = (typeof documentForms)[number];

export interface PrintOrder {
  /** Number or kind. */
  readonly asked: string;
  readonly width: PaperWidth;
  readonly form: DocumentForm;
}

/** Without an issue where it is a copy. */
export type GivenDocument = Omit<PrintedDocument, 'issue'> & { readonly issue?: Issue };

/** Refusals: case.unknown, document.unknown, dossier.not-recipient. */
export async function printDocument(
  tools: DocumentTools,
  reader: DossierReader,
  record: Uuid,
  { asked, width, form }: PrintOrder,
): Promise<Result<GivenDocument>> {
  // Looked for before the dossier is opened: what does not exist must not be read for.
  const listed = await listDocuments(tools, reader.node, record);
  if (!listed.ok) return listed;
  const document = findDocument(listed.value, asked);
  if (document === undefined) return refuse('document.unknown', '该件没有这份文书');
  const opened = await openCase(tools, reader, record);
  if (!opened.ok) return opened;
  if (form === 'original') return ok(await printOf(tools, reader.node, opened.value, document, width));
  const mark = `副本，仅供查阅，不作凭据。查阅人 ${reader.subject}，查阅时间 ${isoInstant(tools.clock.now())}`;
  const paper = { ...paperOf(tools, reader.node, opened.value, document), mark };
  return ok({ document, bytes: await renderPdf(paper, { width }) });
}

/** All documents of a closed case, as they are archived. */
export async function printAll(
  tools: DocumentTools,
  node: NodeCode,
  opened: OpenCase,
): Promise<readonly PrintedDocument[]> {
  const printed: PrintedDocument[] = [];
  for (const document of documentsOf(opened.entries.map(viewOf), opened.held.state.item.type))
    printed.push(await printOf(tools, node, opened, document));
  return printed;
}
