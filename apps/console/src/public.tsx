import { ApiProblem, configureApi } from '@tongban/console/api';
import { startLanguage } from '@tongban/console/language';
import { publicTexts, residentToken, SiteProvider, siteRouter, type Site } from '@tongban/console/public';
import { loadDivisions, loadNodes, loadSettings } from '@tongban/console/session';
import { sharedTexts } from '@tongban/console/shared';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import './public.css';
import './public-lists.css';
import './hall-screen.css';

// The site of the residents: no component library and no login, so that it opens on a slow line.

const staleMs = 5_000;
const maxRetries = 2;
const startRetryMs = 5_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: staleMs,
      // A refusal is an answer; only what got none is asked for again.
      retry: (count, error) => count < maxRetries && error instanceof ApiProblem && error.status === 0,
    },
  },
});

async function openSite(): Promise<Site> {
  const [settings, divisions, nodes] = await Promise.all([loadSettings(), loadDivisions(), loadNodes()]);
  return { settings, divisions, nodes };
}

const root = createRoot(document.getElementById('root')!);
await startLanguage({ public: publicTexts, shared: sharedTexts });
configureApi({ baseUrl: '/v1', token: residentToken });

/** A terminal or a screen starts with its host, maybe before it: it asks until somebody answers. */
async function start(): Promise<void> {
  try {
    const site = await openSite();
    root.render(
      <QueryClientProvider client={queries}>
        <SiteProvider site={site}>
          <RouterProvider router={siteRouter()} />
        </SiteProvider>
      </QueryClientProvider>,
    );
  } catch {
    root.render(
      <p role="alert" className="state">
        服务暂时打不开，正在重新连接… The service is not available, connecting again…
      </p>,
    );
    setTimeout(() => void start(), startRetryMs);
  }
}
await start();
