export { loadNodes, loadSettings, type Settings } from './settings.js';
export { DivisionNames, loadDivisions } from './divisions.js';
export { logIn, type Login } from './login.js';
export { personOf, type Person } from './person.js';
export { SessionProvider, useSession, type Session } from './context.js';
