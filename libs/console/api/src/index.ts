import * as routes from './gen/sdk.gen.js';
import type * as shapes from './gen/types.gen.js';

/** Every route of every app as a function, and the types of what it takes and gives; made by `npm run gen`. */
export { routes, type shapes };
export { call, commandHeaders, configureApi } from './call.js';
export { ApiProblem, isOffline } from './problem.js';
export { newKey } from './key.js';
