export { natsServerBinary, postgresBinDirectory } from './binaries.js';
export { seeded } from './seeded.js';
export { freshDatabase, natsForTests, postgresForTests } from './servers.js';
export { tcpProxy } from '@tongban/platform/local';
