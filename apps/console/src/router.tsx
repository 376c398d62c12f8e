import type { Session } from '@tongban/console/session';
import { Nothing, pagesFor } from '@tongban/console/shared';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { features } from './features.js';
import { Shell } from './shell.js';

/** The screens that this person has at this host; any other address says that there is no such page. */
export function routerOf({ settings, login: { person } }: Session) {
  const pages = pagesFor(features, person.roles, settings.features);
  const first = pages.find(({ menu }) => menu !== undefined);
  const children: RouteObject[] = [
    {
      index: true,
      element: first === undefined ? <Absent text="nothing" /> : <Navigate to={`/${first.path}`} replace />,
    },
    ...pages.map(({ path, load }) => ({ path, lazy: async () => ({ Component: await load() }) })),
    { path: '*', element: <Absent text="notFound" /> },
  ];
  return createBrowserRouter([{ element: <Shell pages={pages} />, children }], { basename: '/console' });
}

function Absent({ text }: { readonly text: 'nothing' | 'notFound' }) {
  const { t } = useTranslation('shell');
  return <Nothing text={t(text)} />;
}
