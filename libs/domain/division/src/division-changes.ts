import { z } from 'zod';
import { canonicalJson, nodeCode } from '@tongban/kernel';

const code = z
  .string()
  .regex(/^[1-9]\d{11}$/, 'not a 12-digit division code')
  .transform(nodeCode);
const rawKey = z.string().regex(/^[\w-]{43}$/, 'base64url of 32 bytes');
const signature = z.strictObject({ suite: z.string(), keyId: z.string(), value: z.string() });
const instant = z.int().nonnegative();

export const divisionLimits = { nameCharacters: 100, basisCharacters: 500 } as const;

const common = {
  node: code,
  /** The first day on which it is so. */
  on: z.iso.date(),
  /** The act behind it: who decided, under which number. */
  basis: z.string().min(1).max(divisionLimits.basisCharacters),
  /** When the city took it into its list, in milliseconds. */
  at: instant,
  /** The city's, over {@link listedText}. */
  signature,
} as const;
const name = z.string().min(1).max(divisionLimits.nameCharacters);

const joined = z.strictObject({
  kind: z.literal('joined'),
  name,
  /** The node that it goes on for under another code (换码). */
  replaces: code.optional(),
  /** The node's first key: the parent approves this key and no other. */
  key: z.strictObject({ keyId: z.string(), signing: rawKey, sealing: rawKey }),
  /** The parent's consent, signed with its own key over {@link approvedText}. */
  approval: z.strictObject({ by: code, at: instant, signature }),
  ...common,
});
const renamed = z.strictObject({ kind: z.literal('renamed'), name, ...common });
const ended = z.strictObject({ kind: z.literal('ended'), successor: code, ...common });

/** What the State has changed since the list was cut, as the city signs it: only ever added to. */
export const divisionChangeSchema = z.discriminatedUnion('kind', [joined, renamed, ended]);
export type DivisionChange = Readonly<z.output<typeof divisionChangeSchema>>;
export type JoinedDivision = Extract<DivisionChange, { kind: 'joined' }>;
export type ChangeKind = DivisionChange['kind'];
type Unsigned<T> = T extends unknown ? Omit<T, 'signature'> : never;
export type UnsignedChange = Unsigned<DivisionChange>;

/** What a parent signs. The word in front keeps it apart from everything else that a node signs. */
export const approvedText = ({
  node,
  name: called,
  on,
  basis,
  key,
  replaces,
  approval,
}: Omit<JoinedDivision, 'signature' | 'at' | 'approval'> & {
  readonly approval: Pick<JoinedDivision['approval'], 'by' | 'at'>;
}): string =>
  `tongban-join-1${canonicalJson({ node, name: called, on, basis, key, replaces, by: approval.by, at: approval.at })}`;

/** What the city signs. */
export function listedText(change: UnsignedChange): string {
  const { signature: _signature, ...rest } = change as DivisionChange;
  return `tongban-division-1${canonicalJson(rest)}`;
}
