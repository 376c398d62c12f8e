import type { DivisionTree } from '@tongban/domain/division';
import { provideDemoPeople } from '../demo/people.js';
import type { Progress } from '../progress.js';
import { provideDatabasePasswords, type DatabaseName, type DatabasePasswords } from './databases.js';
import { provideEscrow } from './escrow.js';
import { provideNodeKeys, provideProvinceKeys } from './keys.js';
import { makeFolders, type Layout } from './layout.js';
import { hostsOf } from './plan.js';
import { withCityLockBeforeStart } from '../node/city-files.js';
import { wantsFront, type ProvinceSettings } from './province.js';
import { cityHost, provideIdentities } from '../pki/hosts.js';

export const databaseNames = (divisions: DivisionTree, province?: ProvinceSettings): DatabaseName[] => [
  ...hostsOf(divisions),
  'province-sandbox',
  ...(province !== undefined && wantsFront(province) ? ['province-front' as const] : []),
];

/** Folders, keys, credentials, passwords and demo persons of a city. What is there stays; what is missing is made. */
export async function provision(
  layout: Layout,
  divisions: DivisionTree,
  now: number,
  progress: Progress,
  databases: readonly DatabaseName[] = databaseNames(divisions),
): Promise<{ readonly passwords: DatabasePasswords }> {
  makeFolders(layout);
  const { keys, escrow } = await withCityLockBeforeStart(layout.settings('city'), () => ({
    keys: provideNodeKeys(layout, divisions, now),
    escrow: provideEscrow(layout, divisions.city, now),
  }));
  provideProvinceKeys(layout, divisions.city);
  const people = provideDemoPeople(layout.demoUsers, divisions);
  const passwords = provideDatabasePasswords(layout.databases, databases);
  const hosts = hostsOf(divisions).map((host) => cityHost(host, divisions.city));
  await provideIdentities(layout, divisions.city, hosts, now);
  if (keys.made > 0) progress.note(`生成 ${keys.made} 个节点的密钥，公钥目录由市级签名`);
  if (escrow.made)
    progress.note(`生成档案部门的托管密钥，两个份额在 ${layout.escrow}：正式使用时须分交两人保管，并从本机移走`);
  if (people.made > 0) progress.note(`生成 ${people.made} 名示范人员，口令在 ${layout.demoUsers}`);
  return { passwords };
}
