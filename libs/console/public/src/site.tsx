import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Frame } from './frame.js';
import { Home } from './home.js';
import { Start } from './start.js';
import { Empty, Loading, Screen } from './ui.js';

const page = (path: string, load: () => Promise<ComponentType>): RouteObject => ({
  path,
  HydrateFallback: Loading,
  lazy: async () => ({ Component: await load() }),
});

/** What anybody sees of a place, without login. */
const open: RouteObject[] = [
  { index: true, Component: Home },
  page('guides', async () => (await import('./guides.js')).Guides),
  page('guides/:code', async () => (await import('./guide.js')).GuidePage),
  page('progress', async () => (await import('./progress.js')).ProgressPage),
  page('feedback', async () => (await import('./feedback.js')).FeedbackPage),
  page('feedback/progress', async () => (await import('./feedback-progress.js')).FeedbackProgressPage),
  page('agents', async () => (await import('./agents.js')).Agents),
  page('verify', async () => (await import('./verify.js')).VerifyPage),
  page('halls', async () => (await import('./halls.js')).Halls),
];

/** A resident's own; the login is loaded with them. */
const own: RouteObject[] = [
  page('apply/:code', async () => (await import('./own/apply.js')).ApplyPage),
  page('my', async () => (await import('./own/own-cases.js')).OwnCasesPage),
  page('my/:record', async () => (await import('./own/own-case.js')).OwnCasePage),
  page('my/:record/data', async () => (await import('./own/own-data.js')).OwnDataPage),
];

/** Below `/public`. */
export const siteRoutes: RouteObject[] = [
  { path: '/', Component: Start },
  page('/:node/screen/:hall', async () => (await import('./hall-screen.js')).HallScreen),
  {
    path: '/:node/kiosk',
    HydrateFallback: Loading,
    lazy: async () => ({ Component: (await import('./kiosk/kiosk.js')).Kiosk }),
    children: [
      page('', async () => (await import('./kiosk/kiosk-home.js')).KioskHome),
      page('guides', async () => (await import('./guides.js')).Guides),
      page('guides/:code', async () => (await import('./guide.js')).GuidePage),
      page('progress', async () => (await import('./progress.js')).ProgressPage),
      page('ticket', async () => (await import('./kiosk/ticket.js')).TicketPage),
    ],
  },
  { path: '/:node', Component: Frame, children: [...open, ...own, { path: '*', Component: Absent }] },
  { path: '*', Component: Absent },
];

export const siteRouter = () => createBrowserRouter(siteRoutes, { basename: '/public' });

function Absent() {
  const { t } = useTranslation('public');
  return (
    <Screen title={t('absent')}>
      <Empty text={t('absentHint')} />
    </Screen>
  );
}
