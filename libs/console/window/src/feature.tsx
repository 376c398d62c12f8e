import { DesktopOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { windowTexts } from './texts.js';

/** 综合窗口: whoever sits at a counter calls, takes in and opens cases from here. */
export const windowFeature: ConsoleFeature = {
  name: 'window',
  texts: windowTexts,
  pages: [
    {
      path: 'workbench',
      roles: ['clerk'],
      needs: 'hall',
      menu: { icon: <DesktopOutlined aria-hidden /> },
      load: async () => (await import('./workbench.js')).Workbench,
    },
  ],
};
