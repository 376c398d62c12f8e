export { AgentApp } from './app.js';
export { keepInstalled } from './update.js';
export { agentTexts } from './texts.js';
