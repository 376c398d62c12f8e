import { FileAddOutlined, FolderOpenOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { deskTexts } from './texts.js';

const staff = ['agent', 'clerk', 'reviewer', 'approver', 'supervisor', 'exchange-operator'];

/** Cases of the person's node. */
export const deskFeature: ConsoleFeature = {
  name: 'desk',
  texts: deskTexts,
  pages: [
    {
      path: 'cases',
      roles: staff,
      needs: 'casework',
      menu: { icon: <FolderOpenOutlined aria-hidden /> },
      load: async () => (await import('./case-list.js')).CaseList,
    },
    {
      path: 'new-case',
      roles: ['clerk'],
      needs: 'casework',
      menu: { icon: <FileAddOutlined aria-hidden /> },
      load: async () => (await import('./new-case.js')).NewCase,
    },
    {
      path: 'cases/:record',
      roles: staff,
      needs: 'casework',
      load: async () => (await import('./case-page.js')).CasePage,
    },
  ],
};
