import { CloudSyncOutlined } from '@ant-design/icons';
import type { ConsoleFeature } from '@tongban/console/shared';
import { exchangeTexts } from './texts.js';

/** 省级对接: the desk of the exchange operator, at the gateway alone. */
export const exchangeFeature: ConsoleFeature = {
  name: 'exchange',
  texts: exchangeTexts,
  pages: [
    {
      path: 'exchange',
      roles: ['exchange-operator'],
      needs: 'caseReading',
      menu: { icon: <CloudSyncOutlined aria-hidden /> },
      load: async () => (await import('./exchange-page.js')).ExchangePage,
    },
  ],
};
