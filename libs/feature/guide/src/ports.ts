import type { Agent, Department, ServiceItem } from '@tongban/domain/catalogue';
import type { CivilDate, Power, Route } from '@tongban/domain/delegation';
import type { Clock, NodeCode, Result } from '@tongban/kernel';
import type { StoredFile } from './files/public-files.js';

/** What the guide reads of the host's catalogue; the CatalogueView of libs/feature/catalogue is one. */
export interface GuideCatalogue {
  /** Another number than before means that the catalogue has changed. */
  readonly size: number;
  /** Items over which the node itself holds any power that day, by code. */
  offers(
    node: NodeCode,
    query: { readonly cursor?: string; readonly limit: number; readonly on: CivilDate },
  ): {
    readonly items: readonly { readonly item: ServiceItem; readonly powers: readonly Power[] }[];
    readonly next?: string;
  };
  /** Refuses item.unknown, item.not-published. */
  findItem(node: NodeCode, code: string, on: CivilDate): Result<ServiceItem>;
  route(node: NodeCode, code: string, on: CivilDate): Result<{ readonly item: ServiceItem; readonly route: Route }>;
  departmentsOf(node: NodeCode): readonly Department[];
  /** Agents of the node and of those below it. */
  agentsOf(node: NodeCode, on: CivilDate): readonly Agent[];
}

/** Public files of items; PublicFiles is one. */
export interface GuideFiles {
  put(bytes: Uint8Array, declaredType: string): Promise<Result<StoredFile>>;
  open(digest: string): Promise<Result<Buffer>>;
}

export interface GuideOptions {
  readonly files: GuideFiles;
  readonly catalogue: GuideCatalogue;
  readonly clock: Clock;
  /** What people call a division, e.g. 东港区; its code when nobody knows. */
  readonly placeName: (node: NodeCode) => string;
}
