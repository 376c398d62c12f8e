import {
  approvedText,
  listedText,
  type DivisionChange,
  type DivisionTree,
  type JoinedDivision,
  type UnsignedChange,
} from '@tongban/domain/division';
import type { KeyDirectory, Keystore, SignatureValue } from '@tongban/journal';
import type { NodeCode, Result } from '@tongban/kernel';

type Signed = DivisionChange['signature'];
type Signs = Pick<Keystore, 'sign'>;
type Verifies = Pick<KeyDirectory, 'verify'>;
export type Joining = Parameters<typeof approvedText>[0];

const toFile = ({ suite, keyId, value }: SignatureValue): Signed => ({
  ...{ suite, keyId, value: Buffer.from(value).toString('base64url') },
});
const fromFile = ({ suite, keyId, value }: Signed): SignatureValue => ({
  ...{ suite, keyId, value: Buffer.from(value, 'base64url') },
});

/** The parent's consent to a child with this name and this key. */
export const signApproval = (keystore: Signs, joining: Joining): JoinedDivision['approval'] => {
  const { by, at } = joining.approval;
  return { by, at, signature: toFile(keystore.sign(by, Buffer.from(approvedText(joining)))) };
};

/** Refusals: those of {@link KeyDirectory.verify}. */
export const verifyApproval = (
  directory: Verifies,
  joining: Joining & { readonly approval: JoinedDivision['approval'] },
): Result<void> =>
  directory.verify(
    joining.approval.by,
    Buffer.from(approvedText(joining)),
    fromFile(joining.approval.signature),
    joining.approval.at,
  );

/** The city takes a change into its list. */
export const signChange = (keystore: Signs, city: NodeCode, change: UnsignedChange): DivisionChange =>
  ({ ...change, signature: toFile(keystore.sign(city, Buffer.from(listedText(change)))) }) as DivisionChange;

/**
 * Every change of the list has to be the city's, and every new node its parent's wish.
 * @throws naming the change
 */
export function requireGenuine(divisions: DivisionTree, directory: Verifies): void {
  for (const change of divisions.changes) {
    const listed = directory.verify(
      divisions.city,
      Buffer.from(listedText(change)),
      fromFile(change.signature),
      change.at,
    );
    const checked = listed.ok && change.kind === 'joined' ? verifyApproval(directory, change) : listed;
    if (!checked.ok)
      throw new Error(`divisions: what is said of ${change.node} is not genuine: ${checked.refusal.detail}`);
  }
}
