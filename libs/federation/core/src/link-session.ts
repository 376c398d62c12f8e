/**
 * What the numbers of a link count in: the sender's incarnation and, once the receiver has been restored from a backup,
 * the receiver's as well. A restore at either end makes a later session, which takes over at a stated number.
 */
const separator = '/';

export const sessionOf = (sender: string, receiver: string): string =>
  receiver === '' ? sender : `${sender}${separator}${receiver}`;

export const senderIn = (session: string): string => session.split(separator)[0]!;
export const receiverIn = (session: string): string => session.split(separator)[1] ?? '';

/** Incarnations of one database follow each other in the order of their text; see `renewIncarnation` of the runtime. */
export const isEarlier = (left: string, right: string): boolean => left < right;

export function isEarlierSession(left: string, right: string): boolean {
  const [from, than] = [senderIn(left), senderIn(right)];
  return from === than ? isEarlier(receiverIn(left), receiverIn(right)) : isEarlier(from, than);
}

export interface Heard {
  readonly incarnation: string;
  readonly recovering: boolean;
}

/**
 * What a neighbour's incarnation means, against the newest one known of it ('' for none):
 * `stale` comes from before its restore and is ignored; `renew` wants a new session of the link to it.
 */
export function judge(known: string, heard: Heard): 'stale' | 'same' | 'renew' {
  if (isEarlier(heard.incarnation, known)) return 'stale';
  const changed = known !== '' && isEarlier(known, heard.incarnation);
  return changed || heard.recovering ? 'renew' : 'same';
}

/** A restored database takes only sessions that were begun for it: earlier ones count from what it has forgotten. */
export const takesSession = (own: { readonly id: string; readonly restored: boolean }, session: string): boolean => {
  const receiver = receiverIn(session);
  return receiver === own.id || (receiver === '' && !own.restored);
};

/**
 * Whether a node may tell `peer` "that was everything": when all others have told it so. In a tree this ends, whoever
 * was restored: the word starts at the leaves.
 */
export const mayAnswer = (waitingFor: ReadonlySet<string>, peer: string): boolean =>
  [...waitingFor].every((other) => other === peer);
