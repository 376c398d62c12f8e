import type { Commands, CommandOutcome, Transactor } from '@tongban/federation/nest';
import type { Sealer, Sql } from '@tongban/journal';
import type { Actor, NodeCode, Role, Uuid } from '@tongban/kernel';
import type { WorkingCalendar } from '@tongban/domain/calendar';
import type { SandboxPayments } from '../payment/sandbox-payments.js';
import type { AttachmentSource, Clock, ItemSource, NodeSecrets, PaymentProvider } from '../ports.js';

/** Everything that the use cases of casework share. */
export interface CaseworkTools {
  readonly commands: Commands;
  readonly transactor: Transactor;
  /** Single statements outside a transaction, where the host has such a way. */
  readonly reader?: Sql;
  readonly items: ItemSource;
  readonly attachments: AttachmentSource;
  readonly secrets: NodeSecrets;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** With what a city adds to it; the one that the case binding counts with. */
  readonly calendar: WorkingCalendar;
  /** A node's name for people; its code where left out. */
  readonly placeName?: (node: NodeCode) => string;
  /** Where the host takes money on line. */
  readonly payments?: PaymentProvider;
  /** The stand-in for it, where people may pay without money. */
  readonly sandbox?: SandboxPayments;
}

/** For one statement that reads: a transaction around it would be two more round trips. */
export const readOnce = <T>(
  { reader, transactor }: Pick<CaseworkTools, 'reader' | 'transactor'>,
  body: (sql: Sql) => Promise<T>,
): Promise<T> => (reader === undefined ? transactor.run(body) : body(reader));

/** Who calls, where, and under which key: what every command of HTTP brings. */
export interface Caller {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role: Role;
  readonly person: {
    readonly subject: string;
    readonly division?: NodeCode;
    readonly name?: string;
    readonly department?: string;
    /** The grant by which the person logged in without the identity provider. */
    readonly offlineGrant?: Uuid;
  };
  readonly traceparent: string;
  readonly digest: Uint8Array;
  /** That the product itself asks for the applicant, e.g. for the branches of a joint case that the applicant ends. */
  readonly isProven?: true;
}

export const actorOf = (caller: Pick<Caller, 'node' | 'role' | 'person'>): Actor => ({
  subject: caller.person.subject,
  role: caller.role,
  // A resident belongs to no office: the acts are those of the place where they were done.
  division: caller.role === 'resident' ? caller.node : (caller.person.division ?? caller.node),
});

/** Staff sign with their name, and with how they had logged in; a resident's own name is in the application. */
export const signatureOf = ({
  role,
  person: { name, offlineGrant },
}: Caller): { readonly actorName?: string; readonly offlineGrant?: Uuid } => ({
  ...(role === 'resident' || name === undefined ? {} : { actorName: name }),
  ...(offlineGrant === undefined ? {} : { offlineGrant }),
});

export type { CommandOutcome };
