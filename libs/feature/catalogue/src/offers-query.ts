import type { ItemType, ServiceItem } from '@tongban/domain/catalogue';
import type { CivilDate } from '@tongban/domain/delegation';
import type { Tier } from '@tongban/kernel';

export interface OffersQuery {
  /** Words, all of which the name must hold, or the beginning of a code; empty for everything. */
  readonly query?: string;
  /** Everything the node sees, also what it holds no power over: for whoever looks after the catalogue. */
  readonly seen?: boolean;
  readonly level?: Tier | undefined;
  readonly department?: string | undefined;
  readonly type?: ItemType | undefined;
  /** Code after which to go on. */
  readonly cursor?: string;
  readonly limit: number;
  readonly on: CivilDate;
}

const isAny = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;

/** Whether an item is among what is asked for, whatever the node may do with it. */
export function matcherOf({ query = '', level, department, type }: OffersQuery): (item: ServiceItem) => boolean {
  const words = query
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return (item) => {
    if (!isAny(level, item.level) || !isAny(department, item.departmentId) || !isAny(type, item.type)) return false;
    const text = item.name.toLowerCase();
    return words.every((word) => text.includes(word) || item.code.startsWith(word));
  };
}
