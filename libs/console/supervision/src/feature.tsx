import { ApartmentOutlined, AuditOutlined, DashboardOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { supervisionTexts } from './texts.js';

const overview = {
  path: 'overview',
  roles: ['supervisor', 'approver', 'exchange-operator'],
  menu: { icon: <DashboardOutlined aria-hidden /> },
  load: async () => (await import('./overview.js')).Overview,
};
const operators = ['supervisor', 'exchange-operator', 'administrator'];

/** What a supervisor or a manager looks at first: figures of the cases, the links and what was reconciled over them. */
export const supervisionFeature: ConsoleFeature = {
  name: 'supervision',
  texts: supervisionTexts,
  pages: [
    // The gateway has cases to read and none to act on.
    ...['casework', 'caseReading'].map((needs) => ({ ...overview, needs })),
    {
      path: 'links',
      roles: operators,
      needs: 'links',
      menu: { icon: <ApartmentOutlined aria-hidden /> },
      load: async () => (await import('./link-page.js')).LinkPage,
    },
    {
      path: 'reconciliations',
      roles: operators,
      needs: 'reconciliation',
      menu: { icon: <AuditOutlined aria-hidden /> },
      load: async () => (await import('./reconciliation-page.js')).ReconciliationPage,
    },
  ],
};
