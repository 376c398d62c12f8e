import type { Layouts } from './columns.js';
import { nationalLayouts } from './national-layouts.js';
import type { Numbering } from './numbering.js';
import type { ProfileCodes } from './profile-codes.js';
import { shandongLayouts } from './shandong-layouts.js';
import {
  applicantTypeTables,
  applyChannelTable,
  caseStageTable,
  deliveryTable,
  feeEventTable,
  identityTypeTable,
  projectTypeTables,
  ratingChannelTable,
  resultTypeTables,
  satisfactionTables,
  specialTypeTables,
  stepActionTable,
  supervisionLevelTable,
} from './tables.js';

export const profileNames = ['national-json', 'national-grpc', 'national-database', 'shandong-database'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What a column is given when its row is sent: the batch, 同步类型 I or U, the time, the data version, or one value. */
export type SendingValue = 'batch' | 'operation' | 'time' | 'dataVersion' | { readonly always: string };

/** `compact` is YYYYMMDD and YYYYMMDDThhmmss (GB/T 39046-2020); `dashed` is what a date column of a database reads. */
export type TimeStyle = 'compact' | 'dashed';

/** How the province judges what lies in its front-end database. */
export type Verdict =
  /** What its quality check rejects comes back in DN_AUDIT_ABNORMAL; nothing says that a row was good. */
  | { readonly kind: 'abnormal' }
  /** A column of the row itself, with the values that stand for taken and refused, and the column of the reason. */
  | {
      readonly kind: 'state';
      readonly column: string;
      readonly taken: string;
      readonly refused: string;
      readonly reason: string;
    };

/** Tables of a front-end database in which the province sends down; the names have to be agreed with the platform. */
export interface InboundTables {
  readonly application: string;
  /** Papers of applications. */
  readonly paper: string;
  readonly rating: string;
  readonly supervision: string;
  readonly catalogue: string;
  /** Written by us: what became of each row. */
  readonly reply: string;
}

/** The columns of a front-end database's tables by their part in the exchange. */
export interface FrontTables {
  /** Names a row for ever. */
  readonly row: string;
  readonly batch: string;
  readonly time: string;
  /** Each version of a row stays, numbered in this column; without it a re-report replaces the row. */
  readonly version?: string;
  readonly verdict: Verdict;
  readonly inbound: InboundTables;
}

/** The mapping table of one platform, as data. What carries the rows there is chosen beside it. */
export interface ExchangeProfile {
  readonly name: ProfileName;
  /** 数据来源: three digits, `1` and the province's two. */
  readonly dataSource: string;
  /** Bytes of UTF-8 a column of width 1 holds; three take any common character, a rare one needs four. */
  readonly bytesPerCharacter: number;
  readonly timeStyle: TimeStyle;
  readonly codes: ProfileCodes;
  readonly layouts: Layouts;
  /** Not to be changed once a case has been reported: the number is part of every key. */
  readonly numbering: Numbering;
  /** Columns that change with every sending and are no content. */
  readonly sending: Readonly<Record<string, SendingValue>>;
  /** Where the carrier is a front-end database. */
  readonly front?: FrontTables;
}

export interface ProfileOptions {
  /** Two digits of GB/T 2260. */
  readonly province: string;
  /** Code agreed for the 统一社会信用代码 in applyer_page_type. */
  readonly creditCodeType?: string;
  /** `own` where left out. */
  readonly numbering?: Numbering;
}

const usualCreditCodeType = '001';
const usualBytesPerCharacter = 3;

const nationalCodes = (creditCodeType: string): ProfileCodes => ({
  applicantType: applicantTypeTables.c0109,
  identityType: identityTypeTable(creditCodeType),
  channel: applyChannelTable,
  regime: projectTypeTables.gbt39046,
  stepAction: stepActionTable,
  specialType: specialTypeTables.gbt39046,
  specialNode: specialTypeTables.shandongNode,
  resultType: resultTypeTables.stepDone,
  delivery: deliveryTable,
  satisfaction: satisfactionTables.gbt39046,
  ratingSatisfaction: satisfactionTables.ratingInterface,
  ratingChannel: ratingChannelTable,
  ratingRegime: projectTypeTables.ratingInterface,
  feeEvent: feeEventTable,
  supervisionLevel: supervisionLevelTable,
  caseStage: caseStageTable,
});

const nationalSending = { cd_batch: 'batch', cd_operation: 'operation', cd_time: 'time' } as const;

const national = (
  name: ProfileName,
  timeStyle: TimeStyle,
  { province, creditCodeType = usualCreditCodeType, numbering = 'own' }: ProfileOptions,
): ExchangeProfile => ({
  ...{ name, timeStyle, numbering, dataSource: `1${province}`, bytesPerCharacter: usualBytesPerCharacter },
  codes: nationalCodes(creditCodeType),
  layouts: nationalLayouts,
  sending: nationalSending,
});

/** HTTPS with JSON bodies, the column names of the national front-end database. */
export const nationalJson = (options: ProfileOptions): ExchangeProfile => national('national-json', 'compact', options);

/** The same records as protobuf messages. */
export const nationalGrpc = (options: ProfileOptions): ExchangeProfile => national('national-grpc', 'compact', options);

/** The national front-end database (前置库), written into by SQL. */
export const nationalDatabase = (options: ProfileOptions): ExchangeProfile => ({
  ...national('national-database', 'dashed', options),
  front: {
    ...{ row: 'row_guid', batch: 'cd_batch', time: 'cd_time', verdict: { kind: 'abnormal' } },
    inbound: {
      ...{
        application: 'DN_PRO_APPLY',
        paper: 'DN_PRO_APPLY_FILE',
        rating: 'DN_EVALUATE',
        supervision: 'DN_SUPERVISE',
      },
      ...{ catalogue: 'DN_TASK_DIRECTORY', reply: 'UP_DN_REPLY' },
    },
  },
});

/** The front-end database of the Shandong family: PROJID with a rising DATAVER, taken over when SIGNSTATE changes. */
export const shandongDatabase = (options: ProfileOptions): ExchangeProfile => ({
  ...national('shandong-database', 'dashed', options),
  codes: {
    ...nationalCodes(options.creditCodeType ?? usualCreditCodeType),
    regime: projectTypeTables.shandong,
    applicantType: applicantTypeTables.c0109,
  },
  layouts: shandongLayouts,
  sending: {
    DATAVER: 'dataVersion',
    CD_OPERATION: 'operation',
    CD_TIME: 'time',
    CD_BATCH: 'batch',
    SIGNSTATE: { always: '0' },
    DATASTATE: { always: '1' },
  },
  front: {
    ...{ row: 'ORGBUSNO', batch: 'CD_BATCH', time: 'CD_TIME', version: 'DATAVER' },
    // Only that 0 stands for "not taken over yet" is published; the other values are agreed with the platform.
    verdict: { kind: 'state', column: 'SIGNSTATE', taken: '1', refused: '2', reason: 'EXT1' },
    inbound: {
      ...{ application: 'EA_JC_DN_APPLY', paper: 'EA_JC_DN_APPLYFILE', rating: 'EA_JC_DN_SERVEVAL' },
      ...{ supervision: 'EA_JC_DN_SUPERVISE', catalogue: 'EA_JC_DN_CATALOG', reply: 'EA_JC_DN_REPLY' },
    },
  },
});

/** A profile by its name in the configuration. */
export const profileOf: Readonly<Record<ProfileName, (options: ProfileOptions) => ExchangeProfile>> = {
  'national-json': nationalJson,
  'national-grpc': nationalGrpc,
  'national-database': nationalDatabase,
  'shandong-database': shandongDatabase,
};
