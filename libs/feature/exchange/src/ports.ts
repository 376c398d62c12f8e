import type { CaseState } from '@tongban/domain/casework';
import type { BaseItem } from '@tongban/domain/catalogue';
import type {
  BreakerPolicy,
  ExchangeProfile,
  InboxMessage,
  InboxOutcome,
  NumberParts,
  ReportPolicy,
  TaskForExchange,
} from '@tongban/domain/exchange';
import type { Signer } from '@tongban/platform/signing';
import type { Commands, RequestRow, Transactor } from '@tongban/federation/nest';
import type { Sealer, Sql } from '@tongban/journal';
import type { Clock, Instant, NodeCode, Random, Result, Uuid } from '@tongban/kernel';
import type { Carrier } from './carrier.js';
import type { ProvinceKeys } from './province/keys.js';
import type { OpenedParts } from './worker/opened-parts.js';

/** Where the reading of changed cases stands: rows behind it in (changedAt, record) order have not been read. */
export interface FeedPosition {
  readonly at: Instant;
  readonly record: Uuid;
}

/** That a case has changed: what is asked of every case again and again carries no state. */
export interface FeedChange {
  readonly record: Uuid;
  /** Number of the newest entry that the state folds. */
  readonly seq: number;
  readonly changedAt: Instant;
}

export interface FeedRow extends FeedChange {
  readonly state: CaseState;
}

/** The cases that the gateway's node holds. */
export interface CaseFeed {
  /** At most `limit` cases behind the position, by (changedAt, record); from the first one without a position. */
  changedAfter(
    sql: Sql,
    node: NodeCode,
    cursor: FeedPosition | undefined,
    limit: number,
  ): Promise<readonly FeedChange[]>;
  /** Those of the cases that the node holds, in no order. */
  find(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<readonly FeedRow[]>;
}

export interface DepartmentOffice {
  readonly name: string;
  /** Unified social credit code (GB 32100). */
  readonly uscc: string;
}

/** What a report takes from the catalogue; what the catalogue does not say is held and never made up. */
export interface DepartmentSource {
  /** The office of a department in the division of a node. */
  find(node: NodeCode, departmentId: string): DepartmentOffice | undefined;
  /** Names of the materials of an item version, by code; empty when that version is not held here. */
  materialNames(node: NodeCode, itemCode: string, version: number): Promise<ReadonlyMap<string, string>>;
}

/** What became of a request that was put on its way to the owner of a case. */
export interface RequestSource {
  find(sql: Sql, node: NodeCode, id: Uuid): Promise<Pick<RequestRow, 'state' | 'code'> | undefined>;
}

/** Gives out the numbers of the province; the same record is always given the same one. */
export interface NumberSource {
  next(record: Uuid, parts: NumberParts): Promise<Result<string>>;
}

/** The items of the catalogue as each division's office exercises them. */
export interface TaskSource {
  published(): Iterable<TaskForExchange>;
}

export type ExchangeLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  details?: Record<string, unknown>,
) => void;

/** The one address of the province. */
export interface ProvinceAddress {
  /** `https://host[/path]`; the routes `/exchange/v1/...` are below it. */
  readonly url: string;
  /** The key that signs now: asked for each signature, so that keys can be replaced while the gateway runs. */
  readonly signer: () => Promise<Signer>;
  readonly keys: ProvinceKeys;
  readonly fetch: typeof fetch;
}

export interface InboxReply {
  readonly id: Uuid;
  readonly outcome: InboxOutcome;
  readonly text?: string;
  /** Why it was refused: a code of our own list. */
  readonly code?: string;
  /** Of an application that became a case: its number with us, and what goes with it to ask for progress. */
  readonly number?: string;
  readonly querycode?: string;
  /** Lines of the base catalogue that were not taken. */
  readonly lines?: readonly { readonly line: number; readonly code: string; readonly text: string }[];
}

/** What the province sends down. */
export interface ProvinceInbox {
  /** Messages behind the position. Refuses with service.unavailable, exchange.answer, link.key or link.signature. */
  fetch(after: number): Promise<Result<InboxMessage[]>>;
  /** Tells the province what became of a message; telling it again changes nothing there. */
  reply(reply: InboxReply): Promise<Result<void>>;
  /** The content of a paper of an application, by its place in the list. Refuses as `fetch`. */
  file(id: Uuid, place: number, maxBytes: number): Promise<Result<Uint8Array>>;
  close?(): void | Promise<void>;
}

/** Where papers of applications are kept sealed until their node has them. */
export interface PaperStore {
  /** Refusals: attachment.type, attachment.empty, attachment.too-large. */
  put(
    sql: Sql,
    node: NodeCode,
    bytes: Uint8Array,
    declaredType: string,
    subject: string,
  ): Promise<
    Result<{ readonly digest: string; readonly size: number; readonly mediaType: string; readonly key: string }>
  >;
}

/** The province's base catalogue, published by its node. */
export interface BaseCatalogue {
  /** Under the same key once. Refusals: item.version-conflict, item.invalid and whatever else publishing refuses with. */
  publish(key: Uuid, base: BaseItem): Promise<Result<unknown>>;
}

/** What taking applications of the portal in needs of the gateway's host. */
export interface ApplicationTools {
  readonly papers: PaperStore;
  isDivision(code: NodeCode): boolean;
}

/** Everything that the exchange of one gateway node under one profile works with. */
export interface ExchangeTools {
  readonly node: NodeCode;
  readonly profile: ExchangeProfile;
  readonly transactor: Transactor;
  readonly commands: Pick<Commands, 'execute'>;
  readonly requests: RequestSource;
  readonly cases: CaseFeed;
  readonly departments: DepartmentSource;
  readonly sealer: Pick<Sealer, 'open' | 'seal'>;
  /** Sealed parts of journals; one for all profiles of a node. */
  readonly parts: Pick<OpenedParts, 'open'>;
  readonly carrier: Carrier;
  /** Given to the one profile that carries the catalogue. */
  readonly tasks?: TaskSource;
  /** Where the profile's numbers are given out by the province. */
  readonly numbers?: NumberSource;
  /** Where the province sends things down; given to one profile of those that go to the same platform. */
  readonly inbox?: ProvinceInbox;
  /** Where people may apply at the provincial portal. */
  readonly applications?: ApplicationTools;
  /** Where the province lays down what its cities implement. */
  readonly baseCatalogue?: BaseCatalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: ExchangeLog;
  /** Domain defaults where left out. */
  readonly reportPolicy?: ReportPolicy;
  readonly breakerPolicy?: BreakerPolicy;
  readonly limits?: Partial<ExchangeLimits>;
  /** A report has failed so often in a row that a person should know. */
  readonly alarm?: (record: Uuid, attempts: number) => void;
}

export interface ExchangeLimits {
  readonly roundIntervalMs: number;
  readonly roundErrorPauseMs: number;
  readonly requestTimeoutMs: number;
  readonly answerMaxBytes: number;
  /** Cases read from the feed in one round: no more than may go into batches in the same one. */
  readonly feedPageCases: number;
  /** A commit may show up this long after its time stamp: longer than any transaction may last. */
  readonly feedOverlapMs: number;
  /** How often the overlap is read again. */
  readonly feedOverlapEveryMs: number;
  readonly dueCasesPerRound: number;
  /** Journals that are opened or written to at the same time. */
  readonly casesAtOnce: number;
  /** Journals that are read by one statement, and lie in memory for as long as their rows are made. */
  readonly journalsPerRead: number;
  /** Batches without an answer; no further ones are made beyond that. */
  readonly openBatchesMax: number;
  readonly sendsPerRound: number;
  /** What is held for lack of a catalogue entry may be complete without the case changing. */
  readonly heldRecheckMs: number;
  readonly notesPerRound: number;
  readonly noteRetryFirstMs: number;
  readonly noteRetryMaxMs: number;
  /** How often the fate of a request to an owner is looked up. */
  readonly noteCheckMs: number;
  /** How often late objections of the province are looked for, and how many are taken at once. */
  readonly objectionsEveryMs: number;
  readonly objectionsAtOnce: number;
  /** How often the catalogue is held against what the province has of it. */
  readonly tasksEveryMs: number;
  /** Cases of a day, item or department that are made ready to be sent again in one round. */
  readonly resendsPerRound: number;
  /** How often the province is asked for what it sends down. */
  readonly inboxEveryMs: number;
}

export const usualLimits: ExchangeLimits = {
  roundIntervalMs: 2_000,
  roundErrorPauseMs: 5_000,
  requestTimeoutMs: 30_000,
  answerMaxBytes: 8 * 1024 * 1024,
  feedPageCases: 200,
  feedOverlapMs: 60_000,
  feedOverlapEveryMs: 10_000,
  dueCasesPerRound: 200,
  casesAtOnce: 4,
  journalsPerRead: 50,
  openBatchesMax: 8,
  sendsPerRound: 20,
  heldRecheckMs: 600_000,
  notesPerRound: 50,
  noteRetryFirstMs: 2_000,
  noteRetryMaxMs: 600_000,
  noteCheckMs: 30_000,
  objectionsEveryMs: 30_000,
  objectionsAtOnce: 500,
  tasksEveryMs: 600_000,
  resendsPerRound: 100,
  inboxEveryMs: 60_000,
};

export const limitsOf = ({ limits }: Pick<ExchangeTools, 'limits'>): ExchangeLimits => ({ ...usualLimits, ...limits });

const rollRange = 2 ** 32;

/** A random number in [0, 1), which spreads retries. */
export const rollOf = (random: Random): number => Buffer.from(random.bytes(4)).readUInt32BE(0) / rollRange;
