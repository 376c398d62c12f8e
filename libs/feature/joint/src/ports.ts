import type { WorkingCalendar } from '@tongban/domain/calendar';
import type { CaseState, ItemPin, JointBranch } from '@tongban/domain/casework';
import type { Commands, Transactor } from '@tongban/federation/nest';
import type { Sealer, Sql } from '@tongban/journal';
import type { JsonObject, NodeCode, Result, Role, Uuid } from '@tongban/kernel';

/** Who calls, where, and under which key: what every command brings. */
export interface JointCaller {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role: Role;
  readonly person: {
    readonly subject: string;
    readonly division?: NodeCode;
    readonly name?: string;
    readonly department?: string;
    readonly offlineGrant?: Uuid;
  };
  readonly traceparent: string;
  readonly digest: Uint8Array;
}

/** A branch as the ordinary case that it becomes; checked by who takes it in. */
export interface BranchSubmission {
  readonly joint: JointBranch;
  readonly content: JsonObject;
}

/** The cases of this host, as far as a joint case has to do with them. */
export interface BranchCases {
  /** Under the same key always the same case. Refusals: those of submitting a case. */
  submit(
    caller: JointCaller,
    submission: BranchSubmission,
  ): Promise<Result<{ readonly record: Uuid; readonly number: string }>>;
  load(sql: Sql, node: NodeCode, records: readonly Uuid[]): Promise<ReadonlyMap<Uuid, CaseState>>;
  withdraw(caller: JointCaller, record: Uuid, reasonCode: string, reason: string): Promise<Result<unknown>>;
}

/** The items that the leading node offers. */
export interface JointItems {
  route(node: NodeCode, code: string, on: string): Result<{ readonly pin: ItemPin }>;
}

export interface UploadedFiles {
  find(
    sql: Sql,
    node: NodeCode,
    digests: readonly string[],
  ): Promise<readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[]>;
}

/** Everything that the use cases of joint cases share. */
export interface JointTools {
  readonly commands: Commands;
  readonly transactor: Transactor;
  readonly cases: BranchCases;
  readonly items: JointItems;
  readonly attachments: UploadedFiles;
  readonly sealer: Sealer;
  readonly clock: { now(): number };
  readonly calendar: WorkingCalendar;
}
