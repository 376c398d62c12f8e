export { natsServerBinary, postgresBinDirectory } from './binaries.js';
export { seeded } from './seeded.js';
export { freshDatabase, natsForTests, postgresForTests } from './servers.js';
export { mutants, type Mutant } from './simulator/mutants.js';
export { simulate, type SimulationOptions, type SimulationResult } from './simulator/simulate.js';
export { tcpProxy } from '@tongban/platform/local';
