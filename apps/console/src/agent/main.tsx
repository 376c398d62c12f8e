import { AgentApp, agentTexts, keepInstalled } from '@tongban/console/agent';
import { startLanguage } from '@tongban/console/language';
import { createRoot } from 'react-dom/client';
import './agent.css';

await startLanguage({ agent: agentTexts });
createRoot(document.getElementById('root')!).render(<AgentApp />);
// The development server has no worker; without one the app works as long as there is a network.
if (import.meta.env.PROD) await keepInstalled('/console/agent/worker.js', '/console/agent/').catch(() => undefined);
