import { DashboardOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { supervisionTexts } from './texts.js';

const roles = ['supervisor', 'approver', 'exchange-operator'];
const load = async () => (await import('./overview.js')).Overview;
const menu = { icon: <DashboardOutlined aria-hidden /> };

/** What a supervisor or a manager looks at first: figures of the cases and the health of the links. */
export const supervisionFeature: ConsoleFeature = {
  name: 'supervision',
  texts: supervisionTexts,
  // The gateway has cases to read and none to act on.
  pages: ['casework', 'caseReading'].map((needs) => ({ path: 'overview', roles, needs, menu, load })),
};
