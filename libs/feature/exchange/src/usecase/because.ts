import type { ExchangeTools } from '../ports.js';

/** Why somebody has something sent again, and what the person is called where the login says so. */
export interface Because {
  readonly reason: string;
  readonly name: string | undefined;
}

type Sealing = Pick<ExchangeTools, 'sealer' | 'node'>;

/** Both are free text or personal: they lie sealed for the node. */
export const sealBecause = ({ sealer, node }: Sealing, { reason, name }: Because): Promise<string> =>
  sealer.seal({ reason, ...(name === undefined ? {} : { name }) }, [node]);

/** Undefined where nothing was asked for, or the seal is none of this node's any more. */
export async function openBecause({ sealer, node }: Sealing, sealed: string | null): Promise<Because | undefined> {
  if (sealed === null) return undefined;
  const opened = await sealer.open(sealed, node);
  if (!opened.ok) return undefined;
  const { reason, name } = opened.value;
  return { reason: String(reason), name: typeof name === 'string' ? name : undefined };
}

/** Whether an order that comes again under its key says the same. */
export async function isSameReason(tools: Sealing, sealed: string | null, reason: string): Promise<boolean> {
  const before = await openBecause(tools, sealed);
  return before === undefined || before.reason === reason;
}
