import { parseArgs } from 'node:util';
import { profileNames, type ProfileName } from '@tongban/domain/exchange';
import { isNodeCode, isUuid, type NodeCode, type Uuid } from '@tongban/kernel';
import { UsageError } from '../arguments.js';

/** Everything of a day, an item or a department. */
export interface BulkScope {
  readonly scope: 'day' | 'item' | 'department';
  readonly value: string;
}
export type ResendTarget = { readonly record: Uuid } | BulkScope;
type Asked =
  | { readonly act: 'status' | 'held' | 'rejected' | 'resends' }
  | { readonly act: 'resend'; readonly target: ResendTarget; readonly reason: string }
  | { readonly act: 'statement'; readonly day: string };
export type ExchangeCommand = Asked & {
  readonly node: NodeCode;
  /** The first of the gateway's configuration where left out. */
  readonly profile: ProfileName | undefined;
  readonly json: boolean;
};

export const exchangeUsage = `省级对接（需 TONGBAN_URL 为省级网关地址，TONGBAN_TOKEN 为数据交换人员的令牌；CODE 为网关节点，如 370000000000；
都可加 --profile 接入规范 和 --json）
  exchange status CODE                  各状态件数、最久等待、熔断状态；熔断时退出码为 1
  exchange held CODE                    因数据不完整暂缓上报的办件及所缺项
  exchange rejected CODE                被省级平台退回的办件及原因
  exchange resend CODE --record ID --reason 原因
                                        重新上报一件；或 --day 日期、--item 基本编码、--department 部门标识，
                                        成批重新上报并等待全部转入；原因与下达人一并留存
  exchange resends CODE                 重新上报的记录：谁、为何、办了多少
  exchange statement CODE --day 日期    与省级平台对账；有差异时退出码为 1`;

const acts = ['status', 'held', 'rejected', 'resend', 'resends', 'statement'] as const;
const options = {
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
  record: { type: 'string' },
  day: { type: 'string' },
  item: { type: 'string' },
  department: { type: 'string' },
  reason: { type: 'string' },
} as const;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
type Values = ReturnType<typeof parsed>['values'];

function readDay(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`);
  const real = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
  if (!real) throw new UsageError(`日期应为 YYYY-MM-DD，不能是 ${text}`);
  return text;
}

function readTarget({ record, day, item, department }: Values): ResendTarget {
  const given = [record, day, item, department].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('--record、--day、--item、--department 应给出且只给出一个');
  if (day !== undefined) return { scope: 'day', value: readDay(day) };
  if (item !== undefined) return { scope: 'item', value: item };
  if (department !== undefined) return { scope: 'department', value: department };
  if (record === undefined || !isUuid(record)) throw new UsageError('--record 应为上报记录的标识（UUID）');
  return { record };
}

const longestReason = 200;
function readReason({ reason = '' }: Values): string {
  const words = reason.trim();
  if (words === '' || words.length > longestReason)
    throw new UsageError(`应给出 --reason 原因，不超过 ${longestReason} 字，不写个人信息`);
  return words;
}

function readAsked(act: (typeof acts)[number], values: Values): Asked {
  const { record, day, item, department, reason } = values;
  if (act === 'resend') return { act, target: readTarget(values), reason: readReason(values) };
  if ([record, item, department, reason].some((value) => value !== undefined))
    throw new UsageError('--record、--item、--department、--reason 只用于 exchange resend');
  if (act === 'statement') {
    if (day === undefined) throw new UsageError('exchange statement 应给出 --day 日期');
    return { act, day: readDay(day) };
  }
  if (day !== undefined) throw new UsageError(`--day 不用于 exchange ${act}`);
  return { act };
}

/** Undefined for what is no command of the exchange. Throws UsageError. */
export function parseExchangeCommand([name, ...args]: readonly string[]): ExchangeCommand | undefined {
  if (name !== 'exchange') return undefined;
  const { values, positionals } = parsed(args);
  const [word, node, ...more] = positionals;
  const act = acts.find((known) => known === word);
  if (act === undefined) throw new UsageError(exchangeUsage);
  if (node === undefined || !isNodeCode(node)) throw new UsageError('应给出网关节点的 12 位区划代码，如 370000000000');
  if (more.length > 0) throw new UsageError(`多余的参数：${more.join(' ')}`);
  const profile = profileNames.find((known) => known === values.profile);
  if (values.profile !== undefined && profile === undefined)
    throw new UsageError(`--profile 应为 ${profileNames.join('、')} 之一`);
  return { ...readAsked(act, values), node, profile, json: values.json };
}
