import { profileNames, type ProfileName } from '@tongban/domain/exchange';
import { SetupError } from './environment.js';
import { loopback, type Ports } from './ports.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a started city reports to the stand-in of its province. */
export interface ProvinceSettings {
  readonly profiles: readonly ProfileName[];
  /** Handed on to the gateway and to the stand-in as they are. */
  readonly gateway: Readonly<Record<string, string>>;
  readonly sandbox: Readonly<Record<string, string>>;
}

/** The stand-in judges within seconds; a real platform is given the usual ten minutes. */
const demonstrationQuietSeconds = '15';

const given = (env: Environment, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = env[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );

/**
 * From TONGBAN_PROVINCE_PROFILES, which names several platforms at once, and what goes with it.
 * @throws SetupError naming a profile that there is not
 */
export function readProvince(env: Environment): ProvinceSettings {
  const text = env['TONGBAN_PROVINCE_PROFILES']?.trim() || 'national-json';
  const names = text.split(',').map((name) => name.trim());
  const profiles = profileNames.filter((known) => names.includes(known));
  if (profiles.length !== names.length)
    throw new SetupError(`TONGBAN_PROVINCE_PROFILES 应为 ${profileNames.join('、')} 中的一个或几个，不能是 ${text}`);
  return {
    profiles: names as ProfileName[],
    gateway: given(env, ['TONGBAN_PROVINCE_NUMBERING', 'TONGBAN_PROVINCE_QUIET_SECONDS']),
    sandbox: given(env, ['TONGBAN_SANDBOX_MISBEHAVE', 'TONGBAN_SANDBOX_AUDIT_INTERVAL_MS']),
  };
}

const frontVariables: Readonly<Partial<Record<ProfileName, string>>> = {
  'national-database': 'TONGBAN_PROVINCE_FRONT_URL',
  'shandong-database': 'TONGBAN_PROVINCE_SHANDONG_URL',
};

export const wantsFront = ({ profiles }: ProvinceSettings): boolean =>
  profiles.some((name) => frontVariables[name] !== undefined);
const wantsGrpc = ({ profiles }: ProvinceSettings): boolean => profiles.includes('national-grpc');

/** `frontUrl`: the front-end database as the gateway's role. */
export const gatewayProvinceEnv = (
  settings: ProvinceSettings,
  ports: Ports,
  frontUrl: string | undefined,
): Record<string, string> => ({
  TONGBAN_PROVINCE_PROFILES: settings.profiles.join(','),
  TONGBAN_PROVINCE_QUIET_SECONDS: demonstrationQuietSeconds,
  ...settings.gateway,
  ...(wantsGrpc(settings) ? { TONGBAN_PROVINCE_GRPC: `http://${loopback}:${ports.sandboxGrpc}` } : {}),
  ...(frontUrl === undefined
    ? {}
    : Object.fromEntries(
        settings.profiles.flatMap((name) => (frontVariables[name] ? [[frontVariables[name], frontUrl]] : [])),
      )),
});

/** `frontUrl`: the front-end database as its owner, who makes the tables. */
export const sandboxProvinceEnv = (
  settings: ProvinceSettings,
  ports: Ports,
  frontUrl: string | undefined,
): Record<string, string> => ({
  ...settings.sandbox,
  ...(wantsGrpc(settings) ? { TONGBAN_SANDBOX_GRPC_LISTEN: `${loopback}:${ports.sandboxGrpc}` } : {}),
  ...(frontUrl === undefined ? {} : { TONGBAN_SANDBOX_FRONT_URL: frontUrl }),
});
