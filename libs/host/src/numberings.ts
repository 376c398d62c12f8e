import { numberings, profileNames, type Numbering, type ProfileName } from '@tongban/domain/exchange';

export type Numberings = Readonly<Partial<Record<ProfileName, Numbering>>>;

/** `profile=numbering`, comma-separated. Throws on anything else, and on a profile that is named twice. */
export function readNumberings(text: string): Numberings {
  const found: Partial<Record<ProfileName, Numbering>> = {};
  for (const pair of text.split(',')) {
    const [left, right, ...rest] = pair.split('=').map((part) => part.trim());
    const profile = profileNames.find((name) => name === left);
    const numbering = numberings.find((name) => name === right);
    if (profile === undefined || numbering === undefined || rest.length > 0 || profile in found)
      throw new Error(`not a numbering: ${pair}`);
    found[profile] = numbering;
  }
  return found;
}
