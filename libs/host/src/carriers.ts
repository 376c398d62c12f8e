import type { ExchangeProfile, ProfileName } from '@tongban/domain/exchange';
import {
  FrontCarrier,
  FrontInbox,
  GrpcCarrier,
  GrpcInbox,
  HttpsCarrier,
  HttpsInbox,
  NumberService,
  openFrontDatabase,
  type Carrier,
  type ExchangeLog,
  type FrontProfile,
  type NumberSource,
  type ProvinceInbox,
  type ProvinceKeys,
} from '@tongban/feature/exchange';
import type { Clock } from '@tongban/kernel';
import type { Signer } from '@tongban/platform/signing';
import type { GatewayConfig } from './config.js';

/** What of the configuration is about the province. */
export type ExchangeConfig = Pick<
  GatewayConfig,
  Extract<keyof GatewayConfig, `province${string}`> | 'demonstrationCodes'
>;

export interface CarrierParts {
  readonly config: ExchangeConfig;
  readonly signer: () => Promise<Signer>;
  /** The province's keys as fetched from an address. */
  readonly keysAt: (url: string) => ProvinceKeys;
  readonly clock: Clock;
  readonly log: ExchangeLog;
}

function given(value: string | undefined, variable: string, profile: ProfileName): string {
  if (value === undefined) throw new Error(`${variable} has to be set for the profile ${profile}`);
  return value;
}

function frontCarrier(url: string, profile: ExchangeProfile, { config, clock, log }: CarrierParts): Carrier {
  if (profile.front === undefined) throw new Error(`the profile ${profile.name} has no front-end database`);
  const quietMs = config.provinceQuietSeconds * 1_000;
  return new FrontCarrier({ database: openFrontDatabase(url), profile: profile as FrontProfile, clock, log, quietMs });
}

/** How the rows of each profile get to the province. Throws when the configuration lacks the address. */
const makers: Readonly<Record<ProfileName, (profile: ExchangeProfile, parts: CarrierParts) => Carrier>> = {
  'national-json': (profile, { config, signer, keysAt, log }) => {
    const url = given(config.provinceUrl, 'TONGBAN_PROVINCE_URL', profile.name);
    return new HttpsCarrier({ url, signer, keys: keysAt(url), fetch }, log);
  },
  'national-grpc': (profile, { config, signer, keysAt, log }) => {
    const url = given(config.provinceGrpc, 'TONGBAN_PROVINCE_GRPC', profile.name);
    const keys = keysAt(given(config.provinceUrl, 'TONGBAN_PROVINCE_URL', profile.name));
    return new GrpcCarrier({ url, signer, keys }, log);
  },
  'national-database': (profile, parts) =>
    frontCarrier(given(parts.config.provinceFrontUrl, 'TONGBAN_PROVINCE_FRONT_URL', profile.name), profile, parts),
  'shandong-database': (profile, parts) =>
    frontCarrier(
      given(parts.config.provinceShandongUrl, 'TONGBAN_PROVINCE_SHANDONG_URL', profile.name),
      profile,
      parts,
    ),
};

/** The numbering service of the province. Throws when the configuration lacks its address. */
export function numberServiceOf({ config, signer, keysAt, clock }: CarrierParts): NumberSource {
  const { provinceUrl: url } = config;
  if (url === undefined) throw new Error('TONGBAN_PROVINCE_URL has to be set for the numbering service');
  return new NumberService({ url, signer, keys: keysAt(url), fetch }, clock);
}

/**
 * How what the province sends down comes. JSON and gRPC are two ways to one platform, so gRPC carries it where JSON is not
 * configured; each front-end database has its own.
 */
export function inboxOf(profile: ExchangeProfile, parts: CarrierParts): { readonly inbox?: ProvinceInbox } {
  const { config, signer, keysAt } = parts;
  const { provinceUrl: url, provinceGrpc: grpc } = config;
  switch (profile.name) {
    case 'national-json':
      return url === undefined ? {} : { inbox: new HttpsInbox({ url, signer, keys: keysAt(url), fetch }) };
    case 'national-grpc':
      return url === undefined || grpc === undefined || config.provinceProfiles.includes('national-json')
        ? {}
        : { inbox: new GrpcInbox({ url: grpc, signer, keys: keysAt(url) }) };
    case 'national-database':
      return frontInbox(config.provinceFrontUrl, profile);
    case 'shandong-database':
      return frontInbox(config.provinceShandongUrl, profile);
  }
}

const frontInbox = (url: string | undefined, { front }: ExchangeProfile): { readonly inbox?: ProvinceInbox } =>
  url === undefined || front === undefined ? {} : { inbox: new FrontInbox(openFrontDatabase(url), front.inbound) };

export const carrierOf = (profile: ExchangeProfile, parts: CarrierParts): Carrier =>
  makers[profile.name](profile, parts);
