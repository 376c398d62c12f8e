import { z } from 'zod';

/**
 * How the sandbox treats batches: `down` refuses, `slow` waits first, `html` gives a login page, `half` works and breaks
 * the answer off, `twice` works and says everything twice, `lost` works and hangs up.
 */
export const modes = ['normal', 'down', 'slow', 'html', 'half', 'twice', 'lost'] as const;
export type Mode = (typeof modes)[number];

const maxCount = 100_000;
const maxDelayMs = 120_000;
const usualDelayMs = 5_000;

export const behaviourSchema = z.strictObject({
  mode: z.enum(modes),
  /** For so many batches, then normal again; without it until the next command. */
  count: z.int().positive().max(maxCount).optional(),
  delayMs: z.int().positive().max(maxDelayMs).default(usualDelayMs),
});
export type Behaviour = z.infer<typeof behaviourSchema>;

/** How the quality check of the front-end database goes: see `AuditMode`. */
export const auditSchema = z.strictObject({ mode: z.enum(['normal', 'paused', 'twice']) });

const normal: Behaviour = { mode: 'normal', delayMs: usualDelayMs };

/** The commanded behaviour; each batch takes one of its counted uses. */
export class Conduct {
  #behaviour: Behaviour = normal;

  get current(): Behaviour {
    return this.#behaviour;
  }

  command(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  take(): Behaviour {
    const taken = this.#behaviour;
    if (taken.count !== undefined) this.#behaviour = taken.count > 1 ? { ...taken, count: taken.count - 1 } : normal;
    return taken;
  }
}

/** The answer with every row in it twice. */
export function saidTwice(answer: string): string {
  const { records, ...rest } = z.looseObject({ records: z.array(z.unknown()) }).parse(JSON.parse(answer));
  return JSON.stringify({ ...rest, records: [...records, ...records] });
}

export const loginPage =
  '<!doctype html><html lang="zh-CN"><title>统一身份认证</title><p>会话已过期，请重新登录。</p></html>';
