import { existsSync } from 'node:fs';
import { hostConsumer } from '@tongban/contract';
import { SetupError } from '../city/environment.js';
import { isoInstant, tierOf } from '@tongban/kernel';
import { layoutOf, makeFolders, type Layout } from '../city/layout.js';
import { hostOfTier } from '../city/plan.js';
import { rotateKey, type Rotation } from '../city/rotation.js';
import { cityFilesIn, withCityLock } from '../node/city-files.js';
import type { PkiCommand } from './arguments.js';
import { pkiFiles, withPkiLock } from './files.js';
import { hubIdentity, identityOf, provideIdentities } from './hosts.js';
import { identitiesIn, revokeHost, tellHub, showRegister, type Handed, type Registered } from './register.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Tell = (line: string) => void;

function layoutIn(env: Environment, { city }: PkiCommand): Layout {
  const state = env['TONGBAN_STATE_DIR']?.trim() ?? '';
  if (state === '') throw new SetupError('缺少环境变量 TONGBAN_STATE_DIR');
  const layout = layoutOf(state, city);
  makeFolders(layout);
  return layout;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const line = (name: string, kind: string, { id, expiresAt, revoked, says }: Handed, now: number): string => {
  const state = revoked ? '已吊销' : expiresAt <= now ? '已到期' : `至 ${dayOf(expiresAt)}`;
  return [name, kind, state, id, says.join(' ')].join('  ');
};

const shown = (register: readonly Registered[], now: number): string[] =>
  register.flatMap(({ name, users, certificates }) => [
    ...users.map((user) => line(name, '凭据', user, now)),
    ...certificates.map((certificate) => line(name, '证书', certificate, now)),
  ]);

const rotationText = ({ node, keyId, replaced, from, until }: Rotation, { keyDirectory }: Layout): string =>
  `${node}：密钥 ${keyId} 自 ${isoInstant(from)} 起启用，${replaced} 自 ${isoInstant(until)} 起不再接受；` +
  `请在启用前将 ${keyDirectory} 分发到各服务，运行中的服务会自行换用`;

type Rotate = Extract<PkiCommand, { readonly name: 'pki rotate' }>;

/**
 * Not beside a join, a merge or another name, which write the same directory. A city that has never been started has no
 * database to hold the lock, and nobody else at work on its files.
 */
function rotateAlone(
  layout: Layout,
  { city, node, stolen, keystore, settings }: Rotate,
  now: number,
): Promise<Rotation> {
  const places = {
    keystore: keystore ?? layout.keystore(hostOfTier(tierOf(node))),
    cityKeystore: layout.keystore('city'),
    directory: layout.keyDirectory,
  };
  const rotate = (): Promise<Rotation> =>
    withPkiLock(layout, pkiFiles(layout), async () => rotateKey(places, { city, node, now, stolen }));
  const file = settings ?? layout.settings('city');
  return settings === undefined && !existsSync(file) ? rotate() : withCityLock(cityFilesIn(file), rotate);
}

/** @throws SetupError when there is nothing under the name */
export async function runPki(command: PkiCommand, env: Environment, now: number, tell: Tell): Promise<number> {
  const layout = layoutIn(env, command);
  const files = pkiFiles(layout);
  const { city, json } = command;
  const done = (text: string, details: object): number => {
    tell(json ? JSON.stringify(details) : text);
    return 0;
  };
  switch (command.name) {
    case 'pki init': {
      await provideIdentities(layout, city, [], now);
      const { authorityCertificate: authority, revocations, hubTrust } = files;
      return done(`已就绪：${[authority, revocations, hubTrust].join('、')}`, { authority, revocations, hubTrust });
    }
    case 'pki show': {
      const register = await showRegister(layout, city, now);
      return done(shown(register, now).join('\n'), register);
    }
    case 'pki issue': {
      const { host, tier, scopes } = command;
      const consumers = { inboxConsumer: hostConsumer(tier, scopes), catalogueConsumer: `catalogue_${host}` };
      await provideIdentities(layout, city, [identityOf(host, { tier, scopes, ...consumers })], now);
      const [credentials, certificate] = [files.credentials(host), files.certificate(host)];
      return done(`已签发：${credentials}、${certificate}`, { host, credentials, certificate, ...consumers });
    }
    case 'pki renew': {
      const known = identitiesIn(await showRegister(layout, city, now));
      const hosts = known.filter(({ name }) => command.host === undefined || name === command.host);
      const isHub = command.host === undefined || command.host === hubIdentity.name;
      const names = [...(isHub ? [hubIdentity.name] : []), ...hosts.map(({ name }) => name)];
      if (names.length === 0) throw new SetupError(`没有为 ${command.host} 签发过有效的凭据`);
      await provideIdentities(layout, city, hosts, now, names);
      if (isHub) tellHub(layout);
      return done(`已换发：${names.join('、')}；运行中的服务会自行换用`, { renewed: names });
    }
    case 'pki rotate': {
      const rotation = await rotateAlone(layout, command, now);
      return done(rotationText(rotation, layout), rotation);
    }
    case 'pki revoke': {
      const { host, keepNewest } = command;
      const revoked = await revokeHost(layout, city, host, { keepNewest, now });
      if (revoked === 0) throw new SetupError(`${host} 没有可吊销的凭据或证书`);
      return done(`已吊销 ${host} 的 ${revoked} 份凭据和证书`, { host, revoked });
    }
  }
}
