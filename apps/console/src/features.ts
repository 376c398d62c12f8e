import { deskFeature } from '@tongban/console/desk';
import type { ConsoleFeature } from '@tongban/console/shared';

/** Everything the staff console can show, in the order of the menu. */
export const features: readonly ConsoleFeature[] = [deskFeature];
