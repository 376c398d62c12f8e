import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeCode } from '@tongban/kernel';
import type { ReconciliationView, Remote } from './remote.js';

const pollMs = 1_000;
/** A city's node checks some hundred thousand entries in this time; it goes on without us after that. */
const maxPolls = 1_800;
const pollsPerLine = 10;

const states = {
  running: '进行中',
  agreed: '一致',
  differing: '仍有不一致',
  interrupted: '中断',
  cancelled: '已取消',
} as const;

export function reconciliationText(node: NodeCode, view: ReconciliationView): string {
  const { state, peer, result, isSigned, isCountersigned } = view;
  const signatures = isCountersigned ? '双方已签名' : isSigned ? '对方尚未签名' : '未签名';
  const title = `${node} ${peer === null ? '自核' : `与 ${peer} 对账`}：${states[state]}，${signatures}（${view.id}）`;
  if (result === null) return title;
  const lines = [
    `  核对记录 ${result.checkedRecords} 份、条目 ${result.checkedEntries} 条；损坏 ${result.damaged} 份，重新得出 ${result.rederived} 份`,
    `  与对方不一致 ${result.differing} 份；本级修复 ${result.mendedHere} 份，对方修复 ${result.mendedThere} 份；摘要往返 ${result.digestBytes} 字节`,
    ...(result.interruption === null ? [] : [`  中断原因 ${result.interruption}`]),
    ...result.unmended.map(({ record, code, detail }) => `  未能修复 ${record}：${code} ${detail}`),
  ];
  return [title, ...lines].join('\n');
}

const progressText = (node: NodeCode, { checkedSoFar }: ReconciliationView): string =>
  `${node} 对账${checkedSoFar === null ? '排队等候' : `进行中，已核对 ${checkedSoFar} 份`}`;

interface Asked {
  readonly node: NodeCode;
  readonly key: string;
  readonly children: boolean;
  readonly json: boolean;
  readonly say: (text: string) => void;
  /** For whoever waits; not part of the answer. */
  readonly tell: (text: string) => void;
}

/** Begins a reconciliation and waits for its end. Status 0 when both sides agree. */
export async function reconcileNode(remote: Remote, asked: Asked): Promise<number> {
  const { node, key, children, json, say, tell } = asked;
  const id = await remote.requestReconciliation(node, key, children);
  let view = await remote.reconciliation(node, id);
  for (let poll = 0; view.state === 'running' && poll < maxPolls; poll++) {
    if (poll % pollsPerLine === 0) tell(progressText(node, view));
    await sleep(pollMs);
    view = await remote.reconciliation(node, id);
  }
  say(json ? JSON.stringify({ node, ...view }) : reconciliationText(node, view));
  return view.state === 'agreed' ? 0 : 1;
}

interface Cancelled {
  readonly node: NodeCode;
  readonly reconciliation: string;
  readonly key: string;
  readonly say: (text: string) => void;
}

/** Asks a run to stop; it does so when the step under way is done. */
export async function cancelReconciliation(remote: Remote, asked: Cancelled): Promise<number> {
  const { node, reconciliation, key, say } = asked;
  const state = await remote.cancelReconciliation(node, reconciliation, key);
  say(
    `${node} 对账 ${reconciliation}：${state === 'running' ? '已请求取消，正在进行的一步完成后停止' : states[state]}`,
  );
  return 0;
}
