import { ApartmentOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { jointTexts } from './texts.js';

const staff = ['clerk', 'reviewer', 'approver', 'supervisor'];

/** 联办件: one application, several departments, drawn as the graph that it is. */
export const jointFeature: ConsoleFeature = {
  name: 'joint',
  texts: jointTexts,
  pages: [
    {
      path: 'joint-cases',
      roles: staff,
      needs: 'joint',
      menu: { icon: <ApartmentOutlined aria-hidden /> },
      load: async () => (await import('./joint-list.js')).JointList,
    },
    {
      path: 'joint-cases/:record',
      roles: staff,
      needs: 'joint',
      load: async () => (await import('./joint-page.js')).JointPage,
    },
  ],
};
