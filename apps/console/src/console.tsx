import { ApiProblem } from '@tongban/console/api';
import { useLanguage } from '@tongban/console/language';
import { SessionProvider, type Session } from '@tongban/console/session';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enTexts from 'antd/locale/en_US';
import zhTexts from 'antd/locale/zh_CN';
import { useState } from 'react';
import { RouterProvider } from 'react-router';
import { routerOf } from './router.js';
import { theme } from './theme.js';

const staleMs = 5_000;
const maxRetries = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: staleMs,
      // A refusal is an answer; only what got none is asked for again.
      retry: (count, error) => count < maxRetries && error instanceof ApiProblem && error.status === 0,
    },
  },
});

export function Console({ session }: { readonly session: Session }) {
  const [router] = useState(() => routerOf(session));
  const texts = { 'zh-CN': zhTexts, en: enTexts }[useLanguage()];
  return (
    <ConfigProvider locale={texts} theme={theme}>
      <App>
        <QueryClientProvider client={queries}>
          <SessionProvider session={session}>
            <RouterProvider router={router} />
          </SessionProvider>
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  );
}
