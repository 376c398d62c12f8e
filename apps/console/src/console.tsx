import { ApiProblem } from '@tongban/console/api';
import { CaseList, CasePage } from '@tongban/console/desk';
import { useLanguage } from '@tongban/console/language';
import { SessionProvider, type Session } from '@tongban/console/session';
import { Nothing } from '@tongban/console/shared';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enTexts from 'antd/locale/en_US';
import zhTexts from 'antd/locale/zh_CN';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { Shell } from './shell.js';
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

const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      children: [
        { index: true, element: <Navigate to="/cases" replace /> },
        { path: 'cases', element: <CaseList /> },
        { path: 'cases/:record', element: <CasePage /> },
        { path: '*', element: <NotFound /> },
      ],
    },
  ],
  { basename: '/console' },
);

function NotFound() {
  const { t } = useTranslation('shell');
  return <Nothing text={t('notFound')} />;
}

export function Console({ session }: { readonly session: Session }) {
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
