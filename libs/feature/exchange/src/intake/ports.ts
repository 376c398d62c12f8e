import type { Commands, Transactor } from '@tongban/federation/nest';
import type { Sealer, Sql } from '@tongban/journal';
import type { Clock, JsonObject, NodeCode, Result, Uuid } from '@tongban/kernel';

/** An attachment as the application's sealed part has it. */
export interface IntakeFile {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly key: string;
}

export interface IntakeCaller {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly digest: Uint8Array;
  readonly traceparent: string;
}

/** The cases of this host, as far as applications of the provincial portal become some of them. */
export interface IntakeCases {
  /** Under the same key always the same case. Refusals: those of submitting a case. */
  submit(
    caller: IntakeCaller,
    content: JsonObject,
  ): Promise<Result<{ readonly record: Uuid; readonly number: string; readonly queryCode: string }>>;
}

/** The attachments of this host. */
export interface IntakeFiles {
  /** Makes a file from above one of this node. Refusals: attachment.not-here while it has not come, attachment.*. */
  adopt(sql: Sql, node: NodeCode, file: IntakeFile, subject: string): Promise<Result<unknown>>;
}

/** Everything that taking in applications of the provincial portal works with. */
export interface IntakeTools {
  readonly commands: Pick<Commands, 'execute'>;
  readonly transactor: Transactor;
  readonly sealer: Pick<Sealer, 'open'>;
  readonly cases: IntakeCases;
  readonly files: IntakeFiles;
  readonly clock: Clock;
  readonly log: (level: 'info' | 'warn', message: string, details?: Record<string, unknown>) => void;
}
