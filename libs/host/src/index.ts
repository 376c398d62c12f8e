export { runGatewayHost } from './gateway-host.js';
export { runTierHost, tierModule } from './tier-host.js';
export { openCaseworkHost, type CaseworkHost, type CaseworkHostOptions } from './casework-host.js';
