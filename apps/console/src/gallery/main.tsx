/** Every shared part in every state, with samples instead of a host: to be looked at, and inspected by tests/browser. */
import { ApiProblem, configureApi } from '@tongban/console/api';
import { ClockTag, CaseTimeline, deskFeature, Dossier, StateTag } from '@tongban/console/desk';
import { startLanguage, useLanguage } from '@tongban/console/language';
import { DivisionNames, SessionProvider, type Session } from '@tongban/console/session';
import { Failure, Loading, Nothing, Page, Pager, SaveTable, sharedTexts } from '@tongban/console/shared';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, Card, ConfigProvider, Space } from 'antd';
import enTexts from 'antd/locale/en_US';
import zhTexts from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { theme } from '../theme.js';
import { answers, clocks, divisions, node, record, states } from './samples.js';
import { galleryTexts } from './texts.js';
import 'antd/dist/reset.css';
import '../console.css';

const session: Session = {
  settings: { tier: 'township', city: '371100000000', identity: { url: '', realm: '', client: '' }, features: [] },
  divisions: new DivisionNames(divisions),
  login: {
    person: {
      subject: 'sample',
      name: '高春生',
      username: 'sample',
      roles: ['clerk'],
      division: node,
      department: undefined,
    },
    token: () => Promise.resolve(undefined),
    logOut: () => Promise.resolve(),
  },
};
const refusal = new ApiProblem({
  ...{
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    code: 'case.state',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  },
  detail: '该件已办结，不能再办理',
});
const silence = new ApiProblem({ type: 'about:blank', title: '', status: 0, code: 'console.offline', detail: '' });
const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });

const part = (title: string, content: ReactNode) => (
  <Card title={title} className="panel" key={title}>
    {content}
  </Card>
);

function Gallery() {
  const { t } = useTranslation('gallery');
  return (
    <main className="content">
      <Page title={t('title')}>
        {part(
          t('clocks'),
          <Space wrap>
            {clocks.map((clock, place) => (
              <ClockTag key={place} clock={clock} />
            ))}
          </Space>,
        )}
        {part(
          t('states'),
          <Space wrap>
            {states.map((state, place) => (
              <StateTag key={place} {...state} />
            ))}
          </Space>,
        )}
        {part(t('timeline'), <CaseTimeline record={record} />)}
        {part(t('dossier'), <Dossier record={record} item="" />)}
        {part(t('loading'), <Loading />)}
        {part(t('nothing'), <Nothing />)}
        {part(t('refused'), <Failure error={refusal} again={() => undefined} />)}
        {part(t('offline'), <Failure error={silence} again={() => undefined} />)}
        {part(
          t('lists'),
          <Space wrap>
            <SaveTable name="sample" columns={[]} page={() => Promise.resolve({ rows: [], next: null })} />
            <Pager cursor="sample" next="sample" go={() => undefined} />
          </Space>,
        )}
      </Page>
    </main>
  );
}

function Framed() {
  const locale = { 'zh-CN': zhTexts, en: enTexts }[useLanguage()];
  return (
    <ConfigProvider locale={locale} theme={theme}>
      <App>
        <QueryClientProvider client={queries}>
          <SessionProvider session={session}>
            <Gallery />
          </SessionProvider>
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  );
}

// In the place of a host: the parts are the real ones down to their requests.
globalThis.fetch = (input) => {
  const { pathname } = new URL(input instanceof Request ? input.url : String(input), location.href);
  const [, answer] = Object.entries(answers).find(([end]) => pathname.endsWith(end)) ?? [];
  return Promise.resolve(answer === undefined ? new Response(null, { status: 404 }) : Response.json(answer));
};
configureApi({ baseUrl: '/v1', token: () => Promise.resolve(undefined) });
await startLanguage({ [deskFeature.name]: deskFeature.texts, shared: sharedTexts, gallery: galleryTexts });
createRoot(document.getElementById('root')!).render(<Framed />);
