import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { NodeReportBodySchema, NodeReportSchema, type WireNodeReport } from '@tongban/contract';
import { framed, sm3, type KeyDirectory, type Keystore } from '@tongban/journal';
import { ok, parentOf, refuse, type Instant, type NodeCode, type Result } from '@tongban/kernel';

/**
 * What a child tells its parent beside the numbered messages: how things stand, not what happened. Nobody acknowledges
 * it and nothing is kept of it here; a lost one is made good by the next.
 */
export interface NodeReport {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly topic: string;
  /** By the sender's clock. */
  readonly at: Instant;
  readonly content: Uint8Array;
}

export const reportLimits = {
  contentBytes: 512 * 1024,
  /** A report that is dated later than this after now is not taken: it would silence its sender until then. */
  maxAheadMs: 5 * 60_000,
} as const;

const signatureDomain = 'tongban-report-1';
const digestOf = (sender: string, receiver: string, body: Uint8Array): Uint8Array =>
  sm3(framed([signatureDomain, sender, receiver, body]));

export function sealReport(
  keystore: Pick<Keystore, 'sign'>,
  { sender, receiver, topic, at, content }: NodeReport,
): WireNodeReport {
  const body = toBinary(
    NodeReportBodySchema,
    create(NodeReportBodySchema, { topic, atMs: BigInt(at), content: new Uint8Array(content) }),
  );
  const signature = keystore.sign(sender, digestOf(sender, receiver, body));
  return create(NodeReportSchema, { sender, receiver, body, signature });
}

/** Refusals: link.author (not a child of the receiver), link.key, link.key-ended, link.signature, link.schema. */
export function openReport(
  directory: Pick<KeyDirectory, 'verify'>,
  wire: WireNodeReport,
  now: Instant,
): Result<NodeReport> {
  const sender = wire.sender as NodeCode;
  const receiver = wire.receiver as NodeCode;
  if (parentOf(sender) !== receiver) return refuse('link.author', `${sender} is no child of ${receiver}`);
  const { suite = '', keyId = '', value = new Uint8Array() } = wire.signature ?? {};
  const genuine = directory.verify(sender, digestOf(sender, receiver, wire.body), { suite, keyId, value }, now);
  if (!genuine.ok) return genuine;
  let body;
  try {
    body = fromBinary(NodeReportBodySchema, wire.body);
  } catch {
    return refuse('link.schema', 'unreadable report');
  }
  const at = Number(body.atMs);
  if (body.content.length > reportLimits.contentBytes) return refuse('link.schema', 'the report is too large');
  if (!Number.isSafeInteger(at) || at > now + reportLimits.maxAheadMs) {
    return refuse('link.schema', 'the report comes from the future');
  }
  return ok({ sender, receiver, topic: body.topic, at, content: body.content });
}
