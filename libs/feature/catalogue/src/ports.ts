import type { NodeCode } from '@tongban/kernel';

/** Cases that are not closed, of one item at one owner under one version. */
export interface RunningCases {
  readonly node: NodeCode;
  readonly version: number;
  readonly running: number;
}

/** What the catalogue asks of the host's public files. */
export interface PublicFileCheck {
  /** True when the whole file is here. `digest`: SM3 of the content in hexadecimal. */
  isHeld(digest: string): Promise<boolean>;
}

/** What the catalogue asks of casework before it changes what cases stand on. */
export interface CaseUsage {
  /** Of the item with this code, at `node` and below it, as far as this host holds them; empty when there are none. */
  countRunning(node: NodeCode, code: string): Promise<readonly RunningCases[]>;
}

/** A division as people call it. */
export interface Place {
  readonly code: NodeCode;
  readonly name: string;
}

/** The node and all divisions below it, by code. */
export interface Places {
  (node: NodeCode): readonly Place[];
}
