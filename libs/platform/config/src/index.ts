export { field, hidden, shown, shownWithoutPassword, type Field } from './field.js';
export { ConfigError, loadConfig, type ConfigOf, type ConfigProblem, type Environment, type Fields } from './load.js';
export { fields, logLevels, nodesField, secretField, type LogLevel } from './fields.js';
export {
  matchesNode,
  optional,
  readAddress,
  readFilePath,
  readFolderPath,
  readSecretFilePath,
  readUrl,
  required,
  type Address,
  type NodePattern,
} from './readers.js';
