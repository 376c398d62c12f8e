export { loadNodes, loadSettings, type Settings } from './settings.js';
export { DivisionNames, loadDivisions } from './divisions.js';
export { logIn, type Login } from './login.js';
export { personOf, type Person } from './person.js';
export { contentOf, type GrantContent, type KeptGrant } from './offline-grant.js';
export { fetchGrant, giveUpGrant, logInOffline, offlineRoles } from './offline-login.js';
export { keptGrants } from './offline-store.js';
export { isProviderReachable } from './provider.js';
export { SessionProvider, useSession, type Session } from './context.js';
