import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { refusalCodes, refusalKind, type Refusal, type RefusalCode, type RefusalKind } from '@tongban/kernel';

/** Key of the refusal's code in the trailing metadata of a failed call. */
export const refusalMetadataKey = 'tongban-code';

const statusOfKind: Record<RefusalKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  notFound: status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  stale: status.ABORTED,
  tooLarge: status.OUT_OF_RANGE,
  integrity: status.DATA_LOSS,
  needsSchema: status.UNIMPLEMENTED,
  needsKey: status.FAILED_PRECONDITION,
  busy: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  fault: status.INTERNAL,
};

/** A refusal as the status that ends a call. */
export function statusOf(refusal: Refusal): StatusObject {
  const metadata = new Metadata();
  metadata.set(refusalMetadataKey, refusal.code);
  return { code: statusOfKind[refusalKind(refusal.code)], details: refusal.detail, metadata };
}

const isCode = (text: string): text is RefusalCode => Object.hasOwn(refusalCodes, text);

/** Statuses that the channel itself gives; a server of ours always names a code. */
const codeOfStatus: Partial<Record<status, RefusalCode>> = {
  [status.UNAVAILABLE]: 'service.unavailable',
  [status.DEADLINE_EXCEEDED]: 'service.unavailable',
  [status.CANCELLED]: 'service.unavailable',
  [status.RESOURCE_EXHAUSTED]: 'service.busy',
  [status.OUT_OF_RANGE]: 'request.too-large',
};

/** What a failed call means: the code that the other side named, else what its status stands for. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Error)) return { code: 'service.fault', detail: String(error) };
  const failed: Error & Partial<StatusObject> = error;
  const named = failed.metadata?.get(refusalMetadataKey)[0];
  if (typeof named === 'string' && isCode(named)) return { code: named, detail: failed.details ?? '' };
  const code = failed.code === undefined ? undefined : codeOfStatus[failed.code];
  return { code: code ?? 'service.fault', detail: failed.details ?? error.message };
}
