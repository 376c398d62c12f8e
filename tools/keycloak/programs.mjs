// Java and Maven: found where the machine has them, never installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BootstrapError, fail, run } from '../bootstrap/project.mjs';

/** What Keycloak 26 is compiled for; 21 is what it recommends. */
export const oldestJava = 17;
export const missingProgramStatus = 3;
const versionTimeoutMs = 30_000;

/** A program that has to be installed first: no failure of ours, so it has an exit status of its own. */
export class MissingProgramError extends BootstrapError {}

/** Ends the process as `fail` does, with status 3 where a program is missing. */
export function failKeycloak(error) {
  fail(error);
  if (error instanceof MissingProgramError) process.exitCode = missingProgramStatus;
}

/** The major version in what `java -version` prints (`"17.0.15"`, `"1.8.0_392"`); undefined when there is none. */
export function javaMajor(text) {
  const [, first, second] = / version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (first === undefined) return undefined;
  return Number(first === '1' ? second : first);
}

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** Absolute path of a Java of at least `oldestJava`: that of JAVA_HOME when it is set, else the one on PATH. */
export async function findJava() {
  const home = process.env.JAVA_HOME || undefined;
  const java = home === undefined ? onPath('java') : join(home, 'bin', 'java');
  const wanted = `Keycloak needs Java ${oldestJava} or newer (21 is recommended)`;
  if (java === undefined || !existsSync(java)) {
    const where = home === undefined ? 'there is no java on PATH' : `JAVA_HOME (${home}) has no bin/java`;
    throw new MissingProgramError(`${wanted} and ${where}: install one and run this again`);
  }
  const { status, stdout, stderr } = await run(java, ['-version'], { timeoutMs: versionTimeoutMs });
  const major = javaMajor(`${stderr}\n${stdout}`);
  if (status !== 0 || major === undefined) throw new MissingProgramError(`${wanted}; ${java} does not run`);
  if (major < oldestJava)
    throw new MissingProgramError(`${wanted}; ${java} is ${major}. Name another one in JAVA_HOME`);
  return java;
}

export function findMaven() {
  const maven = onPath('mvn');
  if (maven === undefined) {
    throw new MissingProgramError(
      'Keycloak is fetched with Maven and there is no mvn on PATH: install Maven 3.8 or newer',
    );
  }
  return maven;
}
