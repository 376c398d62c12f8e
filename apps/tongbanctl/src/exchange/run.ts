import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { box } from '../demo/text-width.js';
import type { ExchangeCommand } from './arguments.js';
import { ExchangeRemote, type AskedView, type ReportView, type StatementView, type StatusView } from './remote.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Say = (text: string) => void;

const pollMs = 1_000;
const longestWaitMs = 6 * 3_600_000;
const fenPerYuan = 100;
const secondsPerDay = 86_400;

const stages: Readonly<Record<string, string>> = {
  idle: '无可报内容',
  pending: '待报',
  sent: '已报待答',
  held: '暂缓上报',
  acknowledged: '省级已接收',
  rejected: '省级退回',
};
const breakers: Readonly<Record<string, string>> = { closed: '正常', open: '熔断', halfOpen: '试探' };
const kinds: Readonly<Record<string, string>> = {
  application: '申办',
  accept: '受理',
  process: '环节',
  special: '特别程序',
  material: '材料',
  fee: '收费',
  result: '办结',
  rating: '评价',
  supervision: '监察',
};

const ageOf = (seconds: number | null): string => {
  if (seconds === null) return '-';
  return seconds < secondsPerDay ? `${Math.round(seconds)} 秒` : `${(seconds / secondsPerDay).toFixed(1)} 天`;
};

export function statusText({ profile, reports, breaker, ...rest }: StatusView): string {
  const counts = Object.entries(reports).map(([stage, count]) => [stages[stage] ?? stage, String(count)]);
  return [
    `接入规范 ${profile}，链路${breakers[breaker.state] ?? breaker.state}${breaker.until === null ? '' : `至 ${breaker.until}`}`,
    ...box([['状态', '件数'], ...counts], [1]),
    `待报或待答最久 ${ageOf(rest.oldestUnsentSeconds)}，暂缓最久 ${ageOf(rest.oldestHeldSeconds)}`,
    `未答复批次 ${rest.openBatches}，待登记到办件的结果 ${rest.notesOnTheWay}`,
  ].join('\n');
}

/** A case, and below it what is wrong, one line each. */
export const reportText = ({ number, record, intake, since, dataVersion, held, problems }: ReportView): string =>
  [
    `${number}  收件 ${intake}  版本 ${dataVersion}  自 ${since}  ${record}`,
    ...held.map(({ message }) => `  - ${message}`),
    ...problems.map(({ code, field, message }) => `  - ${code}${field === '' ? '' : ` ${field}`} ${message}`),
  ].join('\n');

export function statementText({ day, ours, differences }: StatementView): string {
  const theirs = new Map(differences.map((gap) => [gap.kind, gap.theirs]));
  const sides = Object.entries(ours).map(([kind, own]) => {
    const other = theirs.get(kind) ?? own;
    const pair = (one: number, two: number): string => (one === two ? String(one) : `${one} / ${two}`);
    return [
      ...[kinds[kind] ?? kind, pair(own.acknowledged, other.acknowledged), pair(own.rejected, other.rejected)],
      pair(own.amountFen / fenPerYuan, other.amountFen / fenPerYuan),
      theirs.has(kind) ? '不一致' : '一致',
    ];
  });
  const head = ['类别', '接收', '退回', '金额（元）', '对账'];
  const word = differences.length === 0 ? '双方一致' : `${differences.length} 类不一致，数字为本方 / 省级`;
  return [`${day} 对账：${word}`, ...box([head, ...sides], [1, 2, 3])].join('\n');
}

const scopes: Readonly<Record<string, string>> = { day: '按日', item: '按事项', department: '按部门', record: '单件' };

/** Who had what sent again and why, and below it what came of it. */
export function askedText({ scope, value, number, reason, askedBy, askedAt, ...bulk }: AskedView): string {
  const done = `涉及 ${bulk.reports} 件，转入 ${bulk.sent} 件，跳过 ${bulk.skipped} 件`;
  return [
    `${askedAt}  ${scopes[scope] ?? scope} ${number ?? value}  ${askedBy.name ?? askedBy.subject}：${reason ?? '（未记原因）'}`,
    `  ${bulk.state === 'done' ? '已完成' : '仍在进行'}：${done}`,
  ].join('\n');
}

type ResendCommand = Extract<ExchangeCommand, { readonly act: 'resend' }>;

async function resend(remote: ExchangeRemote, command: ResendCommand, say: Say, stop: AbortSignal) {
  const { target, reason, json } = command;
  if ('record' in target) {
    const done = await remote.resend(target.record, reason, randomUUID());
    say(
      json
        ? JSON.stringify(done)
        : `${done.record} 以版本 ${done.dataVersion} 重新上报，${stages[done.state] ?? done.state}`,
    );
    return 0;
  }
  let bulk = await remote.order(target, reason, randomUUID());
  const until = Date.now() + longestWaitMs;
  while (bulk.state === 'running' && Date.now() < until && !stop.aborted) {
    await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined);
    if (!stop.aborted) bulk = await remote.progress(bulk.id);
  }
  const words = `涉及 ${bulk.reports} 件，已转入重新上报 ${bulk.sent} 件，不完整而跳过 ${bulk.skipped} 件`;
  say(json ? JSON.stringify(bulk) : `${bulk.state === 'done' ? '已完成' : '仍在进行'}：${words}（${bulk.id}）`);
  return bulk.state === 'done' ? 0 : 1;
}

async function listed(remote: ExchangeRemote, state: 'held' | 'rejected', json: boolean, say: Say): Promise<number> {
  const count = await remote.reports(state, (page) => {
    for (const report of page) say(json ? JSON.stringify(report) : reportText(report));
  });
  if (!json) say(`${stages[state]!} ${count} 件`);
  return 0;
}

/** One command of the exchange; the exit status. */
export async function runExchange(command: ExchangeCommand, env: Environment, say: Say): Promise<number> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const remote = ExchangeRemote.from(env, command, stopping.signal);
  const { json } = command;
  switch (command.act) {
    case 'status': {
      const status = await remote.status();
      say(json ? JSON.stringify(status) : statusText(status));
      return status.breaker.state === 'open' ? 1 : 0;
    }
    case 'held':
    case 'rejected':
      return listed(remote, command.act, json, say);
    case 'resend':
      return resend(remote, command, say, stopping.signal);
    case 'resends': {
      const count = await remote.resends((page) => {
        for (const asked of page) say(json ? JSON.stringify(asked) : askedText(asked));
      });
      if (!json) say(`重新上报 ${count} 次`);
      return 0;
    }
    case 'statement': {
      const statement = await remote.statement(command.day);
      say(json ? JSON.stringify(statement) : statementText(statement));
      return statement.differences.length === 0 ? 0 : 1;
    }
  }
}
