import { ok, parentOf, refuse, tierOf, type NodeCode, type Result } from '@tongban/kernel';
import type { ChangeKind, UnsignedChange } from './division-changes.js';
import type { DivisionTree } from './division-tree.js';

/** Codes told of those that stand in the way. */
const namedChildren = 5;

/** What of a change can be judged before anything is signed. */
export type JudgedChange = UnsignedChange extends infer Change
  ? Change extends { kind: 'joined' }
    ? Omit<Change, 'key' | 'basis' | 'at' | 'approval'> & { readonly approval: { readonly by: NodeCode } }
    : Omit<Change, 'basis' | 'at'>
  : never;

/** What has to be so before a change is listed; every refusal says what to do instead. Refusal: division.change. */
type Rule<Kind extends ChangeKind> = (
  tree: DivisionTree,
  change: Extract<JudgedChange, { kind: Kind }>,
  today: string,
) => Result<void>;

const no = (detail: string): Result<never> => refuse('division.change', detail);

/** @param besides the node itself, and the one whose place it takes */
const nameTaken = (
  tree: DivisionTree,
  [node, ...besides]: readonly [NodeCode, ...NodeCode[]],
  called: string,
  on: string,
): boolean =>
  tree.children(parentOf(node)!).some((other) => {
    const isThere = tree.endOf(other.code) === undefined;
    return other.code !== node && !besides.includes(other.code) && isThere && tree.nameOn(other.code, on) === called;
  });

const rules: { readonly [Kind in ChangeKind]: Rule<Kind> } = {
  joined(tree, { node, name: called, on, approval, replaces }, today) {
    const parent = parentOf(node);
    if (tierOf(node) === 'province' || tierOf(node) === 'city' || parent === undefined)
      return no('只能新设区县、乡镇和村级区划');
    if (tree.find(node) !== undefined) return no(`${node} 已在区划名单中`);
    if (tree.find(parent) === undefined) return no(`上级 ${parent} 不在区划名单中，请先新设上级`);
    if (tree.endOf(parent) !== undefined) return no(`上级 ${parent} 已撤并，不能在其下新设`);
    if (approval.by !== parent) return no(`${node} 应由上级 ${parent} 同意`);
    if (replaces !== undefined && tree.find(replaces) === undefined) return no(`区划名单中没有 ${replaces}`);
    if (on > today) return no('设立日期不能晚于今天');
    if (nameTaken(tree, replaces === undefined ? [node] : [node, replaces], called, on))
      return no(`同一上级之下已有“${called}”`);
    return ok(undefined);
  },
  renamed(tree, { node, name: called, on }) {
    if (tree.find(node) === undefined) return no(`区划名单中没有 ${node}`);
    if (tree.endOf(node) !== undefined) return no(`${node} 已撤并，不再更名`);
    const last = tree.namesOf(node).at(-1)!;
    if (last.name === called) return no(`${node} 现名就是“${called}”`);
    if (last.from !== undefined && on <= last.from) return no(`更名日期应晚于上一次定名的日期 ${last.from}`);
    if (nameTaken(tree, [node], called, on)) return no(`同一上级之下已有“${called}”`);
    return ok(undefined);
  },
  ended(tree, { node, successor, on }) {
    if (tierOf(node) === 'province' || tierOf(node) === 'city') return no('只能撤并区县、乡镇和村级区划');
    for (const each of [node, successor]) if (tree.find(each) === undefined) return no(`区划名单中没有 ${each}`);
    if (node === successor) return no('承接单位不能是该节点自己');
    if (tree.endOf(successor) !== undefined) return no(`承接单位 ${successor} 自己已撤并`);
    const known = tree.endOf(node);
    if (known !== undefined) return no(`${node} 已自 ${known.on} 起撤并，由 ${known.successor} 承接`);
    const left = tree.children(node).filter((child) => tree.endOf(child.code) === undefined);
    if (left.length > 0)
      return no(
        `${node} 之下还有区划，请先撤并下级：${left
          .slice(0, namedChildren)
          .map((child) => child.code)
          .join('、')}`,
      );
    const { from } = tree.namesOf(node)[0]!;
    if (from !== undefined && on < from) return no(`撤并日期不能早于设立日期 ${from}`);
    return ok(undefined);
  },
};

/** Whether the city may take a change into its list. Refusal: division.change. */
export const checkChange = (tree: DivisionTree, change: JudgedChange, today: string): Result<void> =>
  (rules[change.kind] as Rule<ChangeKind>)(tree, change, today);
