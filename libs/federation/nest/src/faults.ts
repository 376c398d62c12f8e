import { RefusalError, refusalKind, type Refusal } from '@tongban/kernel';
import { failureCode, isConnectionLost, violatedConstraint } from '@tongban/platform/database';

/** Classes of SQLSTATE that a message can be to blame for: bad data and violated constraints. */
const blamedClasses = ['22', '23'];
/** What the library of seals says of one that it cannot open: it stays so however often it is tried. */
const sealFault = /^ERR_JW[EKST]_/;

/** Thrown while a message was being applied, by its rules or by what they wrote; trying again will not help for long. */
export class MessageFault extends Error {
  constructor(override readonly cause: unknown) {
    super(faultText(cause));
    this.name = 'MessageFault';
  }

  /** What an owner's rules meant as an answer: it goes back to the requester and nothing is kept. */
  get refusal(): Refusal | undefined {
    return this.cause instanceof RefusalError ? this.cause.refusal : undefined;
  }
}

/** False for what says nothing about the message: a lost connection, a full disk, a deadlock, a host that is shut down. */
export function isMessageFault(error: unknown): boolean {
  if (error instanceof RefusalError) return !['unavailable', 'busy'].includes(refusalKind(error.refusal.code));
  if (isConnectionLost(error)) return false;
  const code = failureCode(error);
  return (
    code === undefined ||
    sealFault.test(code) ||
    blamedClasses.some((prefix) => code.length === 5 && code.startsWith(prefix))
  );
}

/** Where and what, without the error's message: that may repeat what a resident wrote. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof RefusalError) return error.refusal.code;
  const frame = /\n {4}at ([^\n]*)/.exec(error.stack ?? '')?.[1];
  const place = frame === undefined ? '' : `at ${frame.replace(/\(?(?:file:\/\/)?\/[^\n]*\//, '(')}`;
  return [error.name, failureCode(error), violatedConstraint(error), place]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

export const requestFault: Refusal = {
  code: 'service.fault',
  detail: '办理该请求时系统出错，请求已停办，运维人员将核查',
};

/** Tells errors of a message's rules from those of the connection and the commit. */
export async function blaming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isMessageFault(error) ? new MessageFault(error) : error;
  }
}
