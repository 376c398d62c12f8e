import { configureApi } from '@tongban/console/api';
import { startLanguage } from '@tongban/console/language';
import { loadDivisions, loadSettings, logIn, type Session } from '@tongban/console/session';
import { sharedTexts } from '@tongban/console/shared';
import { createRoot } from 'react-dom/client';
import { Console } from './console.js';
import { features } from './features.js';
import { StartFailed } from './start-failed.js';
import { shellTexts } from './texts.js';
import 'antd/dist/reset.css';
import './console.css';

async function openSession(): Promise<Session> {
  const settings = await loadSettings();
  const login = await logIn(settings);
  configureApi({ baseUrl: '/v1', token: () => login.token() });
  return { settings, login, divisions: await loadDivisions() };
}

const root = createRoot(document.getElementById('root')!);
const texts = Object.fromEntries(features.map((feature) => [feature.name, feature.texts]));
await startLanguage({ ...texts, shell: shellTexts, shared: sharedTexts });
try {
  root.render(<Console session={await openSession()} />);
} catch (error) {
  root.render(<StartFailed error={error} />);
}
