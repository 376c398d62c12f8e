/** What the village told of the case. */
export interface Sight {
  readonly status: string;
  readonly closing: string | null;
  readonly owner: string;
  readonly intake: string;
  readonly closedAt: string | null;
  readonly delivered: boolean;
  /** The mandate that the case was submitted under. */
  readonly mandate?: string | undefined;
  /** The notice that asks for papers, while it waits for them (补正告知书). */
  readonly notice?: { readonly number: string; readonly materials: readonly string[] } | undefined;
}

/** A file that lies sealed on the phone until the village has it. */
export interface FileRef {
  readonly id: string;
  /** Code of the material; undefined for the mandate's document. */
  readonly material: string | undefined;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sealedSize: number;
  readonly digest: string;
  readonly key: string;
  /** The village has it as an attachment. */
  readonly registered: boolean;
}
