import type { shapes } from '@tongban/console/api';

type Branch = Pick<shapes.JointBranch, 'code' | 'stage' | 'after'>;

export interface Placed {
  readonly code: string;
  /** Left to right: by stage, and within a stage by what comes before. */
  readonly column: number;
  readonly row: number;
}
export interface Edge {
  readonly from: string;
  readonly to: string;
}
export interface Layout {
  readonly placed: readonly Placed[];
  readonly edges: readonly Edge[];
  readonly columns: number;
  readonly rows: number;
}

/**
 * Where the branches of a joint case stand in its picture. A branch stands right of everything it waits for and of all
 * earlier stages; those of one column keep the order of the template.
 */
export function layoutOf(stages: readonly { readonly code: string }[], branches: readonly Branch[]): Layout {
  const known = new Map(branches.map((branch) => [branch.code, branch]));
  const columns = new Map<string, number>();
  let firstFree = 0;
  for (const { code: stage } of stages) {
    const own = branches.filter((branch) => branch.stage === stage);
    const place = (branch: Branch, deep: number): number => {
      const done = columns.get(branch.code);
      if (done !== undefined) return done;
      // A circle is refused when a template is published; a picture of one must not hang.
      const before = deep > branches.length ? [] : branch.after.flatMap((code) => known.get(code) ?? []);
      const column = Math.max(
        firstFree,
        ...before.filter((one) => one.stage === stage).map((one) => place(one, deep + 1) + 1),
      );
      columns.set(branch.code, column);
      return column;
    };
    for (const branch of own) place(branch, 0);
    firstFree = Math.max(firstFree, ...own.map(({ code }) => (columns.get(code) ?? 0) + 1));
  }
  const filled = new Map<number, number>();
  const placed = branches.map(({ code }) => {
    const column = columns.get(code) ?? firstFree;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { code, column, row };
  });
  return {
    placed,
    edges: branches.flatMap(({ code, after }) =>
      after.filter((one) => known.has(one)).map((from) => ({ from, to: code })),
    ),
    columns: Math.max(0, ...filled.keys()) + 1,
    rows: Math.max(1, ...filled.values()),
  };
}
