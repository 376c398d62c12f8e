import { isOffered, type Agent, type Catalogue, type ServiceItem } from '@tongban/domain/catalogue';
import { powersAt } from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import { nameOf, usernameOf } from './people.js';
import type { Station } from './places.js';

/** As many as a notice at the station has room for. */
const itemsPerAgent = 12;
/** The day the demonstration's catalogue begins: the same at every start, so that a second start changes nothing. */
const postedFrom = '2025-01-01';

/** Nobody's number: a mobile number in China begins with 13 to 19. */
const phoneOf = (place: number): string => `100${String(place + 1).padStart(8, '0')}`;

/** What the agent may hand in for a villager as a person. What ends one day is left out: what is posted stays as it is. */
const isHandedIn = (item: ServiceItem, village: NodeCode, { delegations }: Catalogue, on: string): boolean =>
  isOffered(item, on) &&
  item.validTo === undefined &&
  !item.presenceRequired &&
  item.audience.every((kind) => kind === 'naturalPerson') &&
  powersAt(village, item, delegations, on).includes('submit');

/** The agent of each station's village with the four disclosures (四公开): person, telephone, place and hours, items. */
export const agentsFor = (
  catalogue: Catalogue,
  stations: readonly Station[],
  nameOfNode: (node: NodeCode) => string,
  on: string,
): Agent[] =>
  stations.map(({ village }, place) => ({
    id: `agent-${village}`,
    version: 1,
    node: village,
    name: nameOf(usernameOf('agent', village)),
    phone: phoneOf(place),
    place: `${nameOfNode(village)}便民服务站`,
    hours: '周一至周五 8:30—12:00、14:00—17:30',
    items: catalogue.items
      .filter((item) => isHandedIn(item, village, catalogue, on))
      .map(({ code }) => code)
      .sort()
      .slice(0, itemsPerAgent),
    procedure: '收件核对，当面签订代办委托书；网上或跑腿送办；办理进度随时告知；办结后送证上门。',
    validFrom: postedFrom,
  }));
