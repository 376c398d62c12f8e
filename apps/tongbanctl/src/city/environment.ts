import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the bootstrap hands over: absolute paths, nothing left to look up. */
export interface Prepared {
  readonly stateDirectory: string;
  readonly natsServer: string;
  readonly postgresBinaries: string;
  readonly divisionsFile: string;
  readonly catalogueDirectory: string;
  readonly realmFile: string;
  /** Holds `<app>/main.js`. */
  readonly appsDirectory: string;
  /** Instrumentation that is loaded before an app, when traces are wanted and it has been built. */
  readonly preload: string | undefined;
}

/** Something outside is missing; the message says what to do. No stack is shown. */
export class SetupError extends Error {}

const variables = {
  stateDirectory: 'TONGBAN_STATE_DIR',
  natsServer: 'TONGBAN_NATS_SERVER',
  postgresBinaries: 'TONGBAN_POSTGRES_BIN',
  divisionsFile: 'TONGBAN_DIVISIONS',
} as const;

/**
 * @param root the repository, seen from the bundle
 * @throws SetupError naming every variable that is missing
 */
export function readPrepared(env: Readonly<Record<string, string | undefined>>, root: string): Prepared {
  const read = (name: string): string => env[name]?.trim() ?? '';
  const missing = Object.values(variables).filter((name) => read(name) === '');
  if (missing.length > 0) {
    throw new SetupError(`缺少环境变量 ${missing.join('、')}：请用 npm start 启动，或自行设置`);
  }
  const preload = join(root, 'dist', 'apps', 'preload.js');
  const wantsTraces = read('OTEL_EXPORTER_OTLP_ENDPOINT') !== '';
  return {
    stateDirectory: read(variables.stateDirectory),
    natsServer: read(variables.natsServer),
    postgresBinaries: read(variables.postgresBinaries),
    divisionsFile: read(variables.divisionsFile),
    catalogueDirectory: read('TONGBAN_CATALOGUE_DIR') || join(root, 'deploy', 'catalogue'),
    realmFile: read('TONGBAN_IDENTITY_REALM_FILE') || join(root, 'deploy', 'keycloak', 'realm.json'),
    appsDirectory: join(root, 'dist', 'apps'),
    preload: wantsTraces && existsSync(preload) ? preload : undefined,
  };
}
