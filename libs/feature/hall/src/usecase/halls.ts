import { checkDefinition, type HallDefinition } from '@tongban/domain/hall';
import { ok, refuse, type Result } from '@tongban/kernel';
import type { HallOptions } from '../ports.js';
import { findHall, findWindowOf, insertHall, lockWindow, setClerk } from '../store/hall-store.js';
import { findAtWindow } from '../store/ticket-store.js';
import { getHall, once, type Caller } from './command.js';

export type PublishedVersion = { readonly hall: string; readonly version: number };

/**
 * Publishes a hall in full as its next version; numbers already taken keep their group. `expected` is the version that
 * the manager saw. Refusals: hall.invalid, request.stale.
 */
export function publishHall(
  tools: HallOptions,
  caller: Caller,
  hall: string,
  definition: HallDefinition,
  expected: number | undefined,
): Promise<Result<PublishedVersion>> {
  return once(tools, caller, 'publish', async (sql, now) => {
    const checked = checkDefinition(definition);
    if (!checked.ok) return checked;
    const version = (await findHall(sql, caller.node, hall))?.version ?? 0;
    if (expected !== undefined && expected !== version)
      return refuse('request.stale', `大厅设置已更新到第 ${version} 版`, { seq: version });
    const next = { hall, version: version + 1 };
    await insertHall(sql, caller.node, { ...next, definition }, caller.subject, now);
    return ok({ subject: `hall ${hall}`, outcome: next });
  });
}

export type WindowState = { readonly window: string; readonly open: boolean };

/** A clerk sits down at a window. Refusals: hall.unknown, hall.window-unknown, hall.window-state. */
export function openWindow(
  tools: HallOptions,
  caller: Caller,
  hall: string,
  number: string,
): Promise<Result<WindowState>> {
  return once(tools, caller, 'openWindow', async (sql, now, today) => {
    const published = await getHall(sql, caller.node, hall);
    if (!published.ok) return published;
    if (!published.value.definition.windows.some((window) => window.number === number))
      return refuse('hall.window-unknown', `没有 ${number} 号窗口`);
    const window = await lockWindow(sql, caller.node, hall, number, today);
    if (window.clerk !== null) return refuse('hall.window-state', `${number} 号窗口已有人当班`);
    const elsewhere = await findWindowOf(sql, caller.node, caller.subject);
    if (elsewhere !== undefined)
      return refuse('hall.window-state', `本人正在 ${elsewhere.number} 号窗口当班，请先关闭`, elsewhere);
    await setClerk(sql, caller.node, hall, number, caller.subject, now);
    return ok({ subject: `window ${hall} ${number}`, outcome: { window: number, open: true } });
  });
}

/** The clerk leaves, or the manager closes the window. Refusals: hall.window-state, hall.window-clerk, hall.window-busy. */
export function closeWindow(
  tools: HallOptions,
  caller: Caller,
  hall: string,
  number: string,
): Promise<Result<WindowState>> {
  return once(tools, caller, 'closeWindow', async (sql, now, today) => {
    const published = await getHall(sql, caller.node, hall);
    if (!published.ok) return published;
    const window = await lockWindow(sql, caller.node, hall, number, today);
    if (window.clerk === null) return refuse('hall.window-state', `${number} 号窗口没有开放`);
    if (caller.role === 'clerk' && window.clerk !== caller.subject)
      return refuse('hall.window-clerk', '不是该窗口的当班人员');
    const inHand = await findAtWindow(sql, caller.node, hall, number);
    if (inHand !== undefined)
      return refuse('hall.window-busy', `${inHand.number} 号还没有办完`, { ticket: inHand.number });
    await setClerk(sql, caller.node, hall, number, null, now);
    return ok({ subject: `window ${hall} ${number}`, outcome: { window: number, open: false } });
  });
}
