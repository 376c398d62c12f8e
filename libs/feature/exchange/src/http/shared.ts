import type { ProfileName } from '@tongban/domain/exchange';
import { isoInstant, ok, prefixOf, refuse, type NodeCode, type Result } from '@tongban/kernel';
import { encodeCursor, type Person } from '@tongban/platform/http';
import type { ExchangeTools } from '../ports.js';
import { stageOf, type Report } from '../store/report-store.js';
import type { Exchange } from '../worker/exchange.js';

export const EXCHANGE = Symbol('exchange');

/** One platform that the node reports to: its tools and the running exchange. */
export interface ExchangeLine {
  readonly tools: ExchangeTools;
  readonly exchange: Pick<Exchange, 'breaker' | 'wake'>;
}
/** What the routes need: the platforms in the order of the configuration; a request that names none means the first. */
export interface ExchangeService {
  readonly node: NodeCode;
  readonly lines: readonly ExchangeLine[];
}

/** The cursor behind a full page. */
export function nextPage(reports: readonly Report[], limit: number): string | null {
  const last = reports.length === limit ? reports.at(-1) : undefined;
  return last === undefined ? null : encodeCursor({ since: isoInstant(last.since), record: last.record });
}

export function lineOf({ lines }: ExchangeService, profile: ProfileName | undefined): Result<ExchangeLine> {
  const line = profile === undefined ? lines[0] : lines.find(({ tools }) => tools.profile.name === profile);
  return line === undefined ? refuse('exchange.profile', '本网关没有启用这一接入规范') : ok(line);
}

/** Leading digits of the intakes that an operator may see: those of the own division, which the route has made sure of. */
export const prefixFor = ({ division }: Person): string => prefixOf(division!);

/** What a person is called, as far as the login says. */
export const nameOf = ({ name, username }: Person): string | undefined => name ?? username;

export function shownReport({ record, number, intake, state, since, nextAt, trouble }: Report) {
  return {
    ...{ record, number, intake, trouble },
    state: stageOf(state),
    since: isoInstant(since),
    dataVersion: state.dataVersion,
    receipt: 'receipt' in state ? state.receipt : null,
    attempts: 'attempts' in state ? state.attempts : 0,
    nextAt: nextAt === null ? null : isoInstant(nextAt),
    held: [...state.held],
    problems: state.name === 'rejected' ? [...state.problems] : [],
  };
}
