import { parseArgs } from 'node:util';
import { isNodeCode, tierOf, type NodeCode } from '@tongban/kernel';

export interface UpCommand {
  readonly name: 'up';
  readonly city: NodeCode;
  /** Ends after the main job. */
  readonly once: boolean;
  /** One line of JSON on stdout, everything else on stderr. */
  readonly json: boolean;
  /** Drops the state of earlier runs first. */
  readonly fresh: boolean;
}
export interface ProvisionCommand {
  readonly name: 'provision';
  readonly city: NodeCode;
}
/** Streams and consumers of a hub that lost its store, or of a new one. */
export interface StreamsCommand {
  readonly name: 'streams';
  readonly city: NodeCode;
}
/** A host's database was put back to an earlier state. */
export interface RestoredCommand {
  readonly name: 'restored';
}
/** The archive of a case is checked, with nothing but the file. */
export interface VerifyCommand {
  readonly name: 'verify';
  readonly file: string;
  /** The published key directory. */
  readonly keys: string | undefined;
  readonly json: boolean;
}
export type Command =
  VerifyCommand | UpCommand | ProvisionCommand | StreamsCommand | RestoredCommand | { readonly name: 'help' };

const defaultCity = '371100000000';

export const usage = `用法：tongbanctl <命令> [选项]

命令
  up          启动整座城市，办理示范件并列表展示，然后保持运行，按 Ctrl-C 停止
  provision   只生成密钥、口令和示范人员，不启动任何进程
  streams     在 TONGBAN_NATS_URL 所指的消息中枢上补齐消息流和消费者（中枢数据丢失后使用），
              TONGBAN_NATS_CREDENTIALS 为管理员凭据文件
  restored    声明 TONGBAN_DATABASE_OWNER_URL 所指的数据库是从备份恢复的：在恢复之后、启动服务之前执行
  verify FILE 离线核验一份办件档案（.zip）；全部成立时退出码为 0
  help        显示本说明

up 的选项
  --once       示范件办完即停止；全部核对通过时退出码为 0
  --json       标准输出只有一行 JSON，其余信息写到标准错误
  --fresh      先清除该市以往的数据
  --city CODE  地级市的 12 位区划代码，缺省 ${defaultCity}

verify FILE 的选项
  --keys FILE  本市公布的公钥目录，用来核对档案自带的公钥
  --json       标准输出只有一行 JSON`;

/** The command line is wrong; the message says how it should be. */
export class UsageError extends Error {}

function readCity(text: string): NodeCode {
  if (isNodeCode(text) && tierOf(text) === 'city') return text;
  throw new UsageError(`--city 应为地级市的 12 位区划代码，如 ${defaultCity}，不能是 ${text}`);
}

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    once: flag,
    json: flag,
    fresh: flag,
    help: flag,
    keys: { type: 'string' },
    city: { type: 'string', default: defaultCity },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Values = ReturnType<typeof parsed>['values'];

function readVerify([file, ...more]: readonly string[], { keys, json, once, fresh }: Values): VerifyCommand {
  if (file === undefined) throw new UsageError('verify 后面应给出档案文件');
  if (more.length > 0) throw new UsageError(`多余的参数：${more.join(' ')}`);
  if (once || fresh) throw new UsageError('verify 只接受 --keys 和 --json');
  return { name: 'verify', file, keys, json };
}

/** @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [name, ...rest] = positionals;
  if (name === 'verify' && !values.help) return readVerify(rest, values);
  if (values.keys !== undefined) throw new UsageError('--keys 只用于 verify');
  if (rest.length > 0) throw new UsageError(`多余的参数：${rest.join(' ')}`);
  if (values.help || name === undefined || name === 'help') return { name: 'help' };
  const { once, json, fresh } = values;
  switch (name) {
    case 'up':
      return { name, city: readCity(values.city), once, json, fresh };
    case 'provision':
    case 'streams':
      if (once || json || fresh) throw new UsageError(`${name} 只接受 --city`);
      return { name, city: readCity(values.city) };
    case 'restored':
      if (once || json || fresh) throw new UsageError('restored 不接受选项');
      return { name };
    default:
      throw new UsageError(`没有命令 ${name}`);
  }
}
