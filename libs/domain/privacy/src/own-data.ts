import type { JsonObject } from '@tongban/kernel';
import type { MaskedPart } from './mask.js';

/** Members of sealed parts that are the applicant's own data or were told to the applicant; opinions of staff and other people's data are not. */
const own = ['applicant', 'form', 'recipient', 'payer', 'reason', 'text'] as const;

export interface OwnPart {
  readonly seq: number;
  readonly type: string;
  readonly content: JsonObject;
}

/** What a person gets as a copy (PIPL 45): the own data as it was given; of attachments the name and the digest. */
export function ownData(parts: readonly MaskedPart[]): OwnPart[] {
  return parts.flatMap(({ seq, type, content }) => {
    const members = own.flatMap((name) => (content[name] === undefined ? [] : [[name, content[name]] as const]));
    const files = (content['files'] ?? []) as readonly { readonly name: string; readonly digest: string }[];
    const shown = files.map(({ name, digest }) => ({ name, digest }));
    const copy = { ...Object.fromEntries(members), ...(shown.length === 0 ? {} : { files: shown }) };
    return Object.keys(copy).length === 0 ? [] : [{ seq, type, content: copy }];
  });
}
