import { parseDivisions, type DivisionTree } from '@tongban/domain/division';
import { nodeCode } from '@tongban/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import YAML from 'yaml';

export const root = join(import.meta.dirname, '..', '..');
export const composeFolder = join(root, 'deploy', 'compose');
export const textOf = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

export const city = nodeCode('371100000000');

/** A city with one division of each tier. */
export const smallCity = (): DivisionTree =>
  parseDivisions({
    city,
    source: 'test',
    divisions: [
      ['371100000000', 'city', '370000000000'],
      ['371102000000', 'district', '371100000000'],
      ['371102001000', 'township', '371102000000'],
      ['371102001001', 'village', '371102001000'],
    ].map(([code, tier, parent]) => ({ code, name: `${tier}`, tier, parent, kind: 'official' })),
  });

export interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args: Record<string, string> };
  readonly environment?: Record<string, string>;
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[] | Record<string, unknown>;
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly ports?: readonly string[];
}

export interface Compose {
  readonly services: Record<string, Service>;
  readonly secrets: Record<string, { readonly file: string }>;
  readonly volumes: Record<string, unknown>;
  readonly networks: Record<string, unknown>;
}

export const compose = (): Compose =>
  YAML.parse(textOf('deploy', 'compose', 'compose.yaml'), { merge: true }) as Compose;

/** Compose's own way with variables: `${A}`, `${A:-default}`, `${A:?message}`; `$$` is a dollar. */
export function interpolated(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\$|\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g,
    (whole, name: string | undefined, kind: string | undefined, rest: string | undefined) => {
      if (name === undefined) return '$';
      const value = env[name];
      if (value !== undefined && value !== '') return value;
      if (kind === '-') return rest ?? '';
      throw new Error(`${whole}: not set`);
    },
  );
}

export const secretNames = (service: Service): string[] =>
  (service.secrets ?? []).map((secret) => (typeof secret === 'string' ? secret : secret.source));

/** Paths that a service finds its secrets at. */
export const secretPaths = (service: Service): string[] =>
  (service.secrets ?? []).map((secret) => `/run/secrets/${typeof secret === 'string' ? secret : secret.target}`);
