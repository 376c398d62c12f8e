import type { Field } from './field.js';

/** What a composed schema reads to: the value of each of its fields. */
export type ConfigOf<S extends Fields> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };
export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  readonly variable: string;
  /** What was given, without secrets; undefined when the variable is unset. */
  readonly given?: string;
  readonly allowed: string;
  readonly reason: string;
}

/** The environment does not fit. Fatal at start: every problem is in the message, one line each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(['环境变量配置有误：', ...problems.map(describe)].join('\n'));
    this.name = 'ConfigError';
  }
}

const describe = ({ variable, given, allowed, reason }: ConfigProblem): string =>
  `  ${variable}：${given === undefined ? '未设置' : `现为 ${given}`}，${reason}；应为${allowed}`;

/**
 * Reads the variables of `fields` and nothing else. An empty variable counts as unset, as shells and container
 * runtimes cannot always tell the two apart.
 *
 * @throws ConfigError with all problems at once.
 */
export function loadConfig<S extends Fields>(fields: S, env: Environment = process.env): ConfigOf<S> {
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(fields)) {
    const text = env[entry.variable]?.trim() || undefined;
    const read = entry.schema.safeParse(text);
    if (read.success) values[name] = read.data;
    else problems.push(problemOf(entry, text, read.error.issues));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as ConfigOf<S>;
}

function problemOf(
  entry: Field<unknown>,
  text: string | undefined,
  issues: readonly { readonly code: string; readonly message: string }[],
): ConfigProblem {
  const { variable, allowed } = entry;
  if (text === undefined) return { variable, allowed, reason: '此项必填' };
  // Only our own sentences are repeated: zod's may quote the value.
  const own = issues.filter((issue) => issue.code === 'custom').map((issue) => issue.message);
  return { variable, allowed, given: entry.show(text), reason: own.length > 0 ? own.join('，') : '不符合要求' };
}
