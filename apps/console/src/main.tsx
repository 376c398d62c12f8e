import { configureApi } from '@tongban/console/api';
import { startLanguage } from '@tongban/console/language';
import {
  isProviderReachable,
  loadDivisions,
  loadSettings,
  logIn,
  logInOffline,
  type KeptGrant,
  type Login,
} from '@tongban/console/session';
import { sharedTexts } from '@tongban/console/shared';
import { createRoot } from 'react-dom/client';
import { Console } from './console.js';
import { CutOff } from './cut-off.js';
import { features } from './features.js';
import { StartFailed } from './start-failed.js';
import { shellTexts } from './texts.js';
import 'antd/dist/reset.css';
import './console.css';

async function start(): Promise<void> {
  const settings = await loadSettings();
  const divisions = await loadDivisions();
  const enter = (login: Login): void => {
    configureApi({ baseUrl: '/v1', token: () => login.token() });
    root.render(<Console session={{ settings, login, divisions }} />);
  };
  if (await isProviderReachable(settings)) return enter(await logIn(settings));
  const choose = (grant: KeptGrant): void => enter(logInOffline(grant));
  root.render(<CutOff divisions={divisions} choose={choose} />);
}

const root = createRoot(document.getElementById('root')!);
const texts = Object.fromEntries(features.map((feature) => [feature.name, feature.texts]));
await startLanguage({ ...texts, shell: shellTexts, shared: sharedTexts });
try {
  await start();
} catch (error) {
  root.render(<StartFailed error={error} />);
}
