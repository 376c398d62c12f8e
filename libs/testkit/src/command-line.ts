import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** Stopped by what was typed. */
const usageStatus = 2;
const helpNames = ['--help', '-h'];

/**
 * The options of a development tool. `--help` prints the usage and ends with 0; what is not understood is said in one
 * line, with the usage, and ends with 2.
 */
export function optionsOf<O extends ParseArgsOptionsConfig>(usage: string, options: O) {
  if (process.argv.slice(2).some((argument) => helpNames.includes(argument))) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return wrongUsage(error instanceof Error ? error.message : String(error), usage);
  }
}

/** Says what cannot be done as asked, and ends with 2. */
export function wrongUsage(what: string, usage: string): never {
  process.stderr.write(`${what}\n${usage}\n`);
  process.exit(usageStatus);
}
