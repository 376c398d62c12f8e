import { existsSync, readFileSync } from 'node:fs';
import { parseDivisions } from '@tongban/domain/division';
import { hubAccess } from '@tongban/platform/pki';
import type { StreamsCommand } from './arguments.js';
import { SetupError } from './city/environment.js';
import { hostsOf } from './city/plan.js';
import { markRestored } from './city/restored.js';
import { provideStreams } from './city/streams.js';

type Environment = Readonly<Record<string, string | undefined>>;

function read(env: Environment, name: string): string {
  const value = env[name]?.trim() ?? '';
  if (value === '') throw new SetupError(`缺少环境变量 ${name}`);
  return value;
}

/** Makes what is missing of the hub's streams and consumers; the hosts find them by themselves. */
export async function provideCityStreams({ city }: StreamsCommand, env: Environment): Promise<number> {
  const file = read(env, 'TONGBAN_DIVISIONS');
  if (!existsSync(file)) throw new SetupError(`没有区划文件 ${file}`);
  const divisions = parseDivisions(JSON.parse(readFileSync(file, 'utf8')));
  if (divisions.city !== city) throw new SetupError(`区划文件 ${file} 是 ${divisions.city} 的，不是 ${city} 的`);
  const hosts = hostsOf(divisions);
  const isOff = env['TONGBAN_HUB_TLS']?.trim() === 'off';
  const security = isOff ? 'off' : { authority: read(env, 'TONGBAN_TLS_AUTHORITY') };
  const access = hubAccess(read(env, 'TONGBAN_NATS_CREDENTIALS'), security);
  await provideStreams(read(env, 'TONGBAN_NATS_URL'), hosts, city, access);
  console.log(`消息流和消费者已齐备：${hosts.join('、')}`);
  return 0;
}

/** The step between restoring a host's database and starting its host. */
export async function markRestoredDatabase(env: Environment): Promise<number> {
  const incarnation = await markRestored(read(env, 'TONGBAN_DATABASE_OWNER_URL'));
  console.log(`数据库已声明为恢复所得，新的身世标识 ${incarnation}；现在可以启动服务`);
  return 0;
}
