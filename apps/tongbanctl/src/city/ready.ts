import { poll, type Progress } from '../progress.js';
import type { Supervised } from './supervised.js';

const readyTimeoutMs = 120_000;
const askTimeoutMs = 2_000;
const pollMs = 150;

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(askTimeoutMs) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/**
 * Waits until every process says that it is ready.
 * @throws Error naming the one that is not, with the end of its log
 */
export async function waitUntilReady(
  apps: readonly Supervised[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set(apps);
  const names = (): string => [...waiting].map(({ name }) => name).join('、');
  const done = await poll(
    async () => {
      await Promise.all(
        [...waiting].map(async (app) => {
          if (await isReady(app.url)) {
            waiting.delete(app);
            progress.note(`${app.name} 就绪 ${app.url}`);
          }
        }),
      );
      return waiting.size === 0 || [...waiting].some(({ gaveUp }) => gaveUp) ? true : undefined;
    },
    {
      timeoutMs: readyTimeoutMs,
      intervalMs: pollMs,
      signal,
      report: (elapsedMs) => progress.note(`等待 ${names()} 就绪，已 ${Math.round(elapsedMs / 1000)} 秒`),
    },
  );
  if (waiting.size === 0) return;
  const late = [...waiting].find(({ gaveUp }) => gaveUp) ?? [...waiting][0]!;
  const reason = done === undefined ? `${readyTimeoutMs / 1000} 秒内没有就绪` : '无法启动';
  throw new Error(`${late.name} ${reason}，日志末尾：\n${late.logTail()}`);
}
