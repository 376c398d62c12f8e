import type { Entry } from '@tongban/journal';

const marked = 'case.actedOffline';
type Seen = Pick<Entry, 'type' | 'author' | 'actor' | 'occurredAt' | 'recordedAt'>;

/** What one command wrote has its person and both of its times in common. */
const commandOf = ({ author, actor, occurredAt, recordedAt }: Seen): string =>
  [author, actor.subject, actor.role, occurredAt, recordedAt].join(' ');

/** Tells of the entries of a case which were written by somebody who had logged in off line. */
export function offlineActsOf(entries: readonly Seen[]): (entry: Seen) => boolean {
  const offline = new Set(entries.filter(({ type }) => type === marked).map(commandOf));
  return (entry) => offline.has(commandOf(entry));
}
