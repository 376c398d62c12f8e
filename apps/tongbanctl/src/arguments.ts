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
export type Command = UpCommand | ProvisionCommand | { readonly name: 'help' };

const defaultCity = '371100000000';

export const usage = `用法：tongbanctl <命令> [选项]

命令
  up          启动整座城市，办理示范件并列表展示，然后保持运行，按 Ctrl-C 停止
  provision   只生成密钥、口令和示范人员，不启动任何进程
  help        显示本说明

up 的选项
  --once       示范件办完即停止；全部核对通过时退出码为 0
  --json       标准输出只有一行 JSON，其余信息写到标准错误
  --fresh      先清除该市以往的数据
  --city CODE  地级市的 12 位区划代码，缺省 ${defaultCity}`;

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
    city: { type: 'string', default: defaultCity },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [name, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`多余的参数：${rest.join(' ')}`);
  if (values.help || name === undefined || name === 'help') return { name: 'help' };
  const { once, json, fresh } = values;
  switch (name) {
    case 'up':
      return { name, city: readCity(values.city), once, json, fresh };
    case 'provision':
      if (once || json || fresh) throw new UsageError('provision 只接受 --city');
      return { name, city: readCity(values.city) };
    default:
      throw new UsageError(`没有命令 ${name}`);
  }
}
