import { FileAddOutlined, FolderOpenOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { deskTexts } from './texts.js';

/** The gateway has cases to read; what it has not, such as acts of its own, the pages leave out by asking. */
const readers = ['casework', 'caseReading'];
const staff = ['agent', 'clerk', 'reviewer', 'approver', 'supervisor', 'exchange-operator'];

/** Cases of the person's node. */
export const deskFeature: ConsoleFeature = {
  name: 'desk',
  texts: deskTexts,
  pages: [
    ...readers.map((needs) => ({
      path: 'cases',
      roles: staff,
      needs,
      menu: { icon: <FolderOpenOutlined aria-hidden /> },
      load: async () => (await import('./case-list.js')).CaseList,
    })),
    {
      path: 'new-case',
      roles: ['clerk'],
      needs: 'casework',
      menu: { icon: <FileAddOutlined aria-hidden /> },
      load: async () => (await import('./new-case.js')).NewCase,
    },
    ...readers.map((needs) => ({
      path: 'cases/:record',
      roles: staff,
      needs,
      load: async () => (await import('./case-page.js')).CasePage,
    })),
  ],
};
