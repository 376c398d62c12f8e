import { catalogueFeature } from '@tongban/console/catalogue';
import { deskFeature } from '@tongban/console/desk';
import { exchangeFeature } from '@tongban/console/exchange';
import { jointFeature } from '@tongban/console/joint';
import type { ConsoleFeature } from '@tongban/console/shared';
import { supervisionFeature } from '@tongban/console/supervision';
import { windowFeature } from '@tongban/console/window';

/** Everything the staff console can show, in the order of the menu. */
export const features: readonly ConsoleFeature[] = [
  windowFeature,
  deskFeature,
  jointFeature,
  supervisionFeature,
  exchangeFeature,
  catalogueFeature,
];
