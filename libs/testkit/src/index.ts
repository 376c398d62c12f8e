export { natsServerBinary, postgresBinDirectory } from './binaries.js';
export { optionsOf, wrongUsage } from './command-line.js';
export { seeded } from './seeded.js';
export { freshDatabase, natsForTests, postgresForTests } from './servers.js';
export { bearer, testVerifier, type Bearer } from './office/bearer.js';
export {
  openOffice,
  type Caller,
  type OfficeFeature,
  type OfficeOptions,
  type OfficeParts,
  type TestOffice,
} from './office/office.js';
export {
  aDelegation,
  aDepartment,
  anItem,
  city,
  codeAt,
  district,
  itemCode,
  otherDistrict,
  otherTownship,
  today,
  township,
  village,
} from './office/records.js';
export { mutants, type Mutant } from './simulator/mutants.js';
export { simulate, type SimulationOptions, type SimulationResult } from './simulator/simulate.js';
export { tcpProxy } from '@tongban/platform/local';
export { damagedBytes, messageBytes } from './proto-fuzz.js';
export { pageCountOf, textOfPdf } from './pdf-text.js';
