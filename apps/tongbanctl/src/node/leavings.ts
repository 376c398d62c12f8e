import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

/** What becomes of something that a node has when it ends. */
type Disposal =
  /** Its people have to conclude it before the end begins. */
  | 'concludeFirst'
  /** It stays where it is, and runs out by itself. */
  | 'stays';

interface Leaving {
  readonly disposal: Disposal;
  readonly called: string;
  /** What the operator is told to do, or to expect. */
  readonly advice: string;
  /** Numbers, or ids, of what there is; `$1` the node, `$2` the day of its end, `$3` how many at most. */
  readonly query: string;
}

/**
 * Everything that a node may still have besides cases: open cases go on at the successor by themselves, with their papers
 * (followRetirements). A mandate names the node's own agent and is found by a pseudonym under the node's own key, so the
 * successor could do nothing with it.
 */
export const leavings = {
  joint: {
    disposal: 'concludeFirst',
    called: '牵头的联办件',
    advice: '请先办结或由申请人撤回',
    query: `select number as id from joint_view where node = $1 and owner = $1 and status <> 'closed' and $2::date is not null
             order by number limit $3`,
  },
  feedback: {
    disposal: 'concludeFirst',
    called: '投诉、咨询和差评整改件',
    advice: '请先办结或转给承接单位',
    query: `select number as id from feedback_view where node = $1 and owner = $1 and status <> 'closed' and $2::date is not null
             order by number limit $3`,
  },
  ratings: {
    disposal: 'concludeFirst',
    called: '待转为整改件的差评',
    advice: '系统片刻后自动转办，请稍后再试',
    query: `select case_record::text as id from feedback_to_open where node = $1 and opened_at is null and $2::date is not null
             order by 1 limit $3`,
  },
  privacy: {
    disposal: 'concludeFirst',
    called: '个人信息请求',
    advice: '请先答复',
    query: `select record::text as id from privacy_view where node = $1 and owner = $1 and is_open and $2::date is not null
             order by 1 limit $3`,
  },
  appointments: {
    disposal: 'concludeFirst',
    called: '撤并日及以后的预约',
    advice: '请先通知本人并取消',
    query: `select number as id from appointment where node = $1 and state = 'booked' and day >= $2::date
             order by number limit $3`,
  },
  mandates: {
    disposal: 'stays',
    called: '仍有效的委托',
    advice: '留在原节点，到期失效；在承接单位申请新件须重新委托',
    query: `select record::text as id from mandate_view
             where node = $1 and state ->> 'owner' = $1 and state ->> 'revoked' is null and (state ->> 'until')::date >= $2::date
             order by 1 limit $3`,
  },
} as const satisfies Readonly<Record<string, Leaving>>;
export type LeavingKind = keyof typeof leavings;

/** Numbers told of one kind. */
const mostTold = 10;
/** Counted up to here. */
const mostCounted = 10_000;

export type Left = Readonly<Partial<Record<LeavingKind, readonly string[]>>>;

export async function readLeft(sql: Sql, node: NodeCode, endsOn: string): Promise<Left> {
  const left: Partial<Record<LeavingKind, readonly string[]>> = {};
  for (const [kind, { query }] of Object.entries(leavings) as [LeavingKind, Leaving][]) {
    const rows = await sql.query<{ id: string }>(query, [node, endsOn, mostCounted]);
    if (rows.length > 0) left[kind] = rows.map(({ id }) => id);
  }
  return left;
}

/** One line for each kind of that disposal that there is something of. */
export function linesOf(node: NodeCode, left: Left, disposal: Disposal): string[] {
  return (Object.entries(leavings) as [LeavingKind, Leaving][]).flatMap(([kind, leaving]) => {
    const ids = left[kind] ?? [];
    if (leaving.disposal !== disposal || ids.length === 0) return [];
    const named =
      disposal === 'stays' ? '' : `（${ids.slice(0, mostTold).join('、')}${ids.length > mostTold ? '…' : ''}）`;
    return [`${node}：${leaving.called} ${ids.length} 件${named}，${leaving.advice}`];
  });
}

export const toConclude = (left: Left): number =>
  (Object.keys(left) as LeavingKind[])
    .filter((kind) => leavings[kind].disposal === 'concludeFirst')
    .reduce((sum, kind) => sum + (left[kind]?.length ?? 0), 0);
