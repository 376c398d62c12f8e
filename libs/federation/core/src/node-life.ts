import { ok, refuse, type Result } from '@tongban/kernel';

/** What may become of a node; `unknown` is a division that has no node yet. */
export const nodeStates = ['unknown', 'invited', 'joining', 'active', 'moving', 'retiring', 'retired'] as const;
export type NodeState = (typeof nodeStates)[number];

export const nodeEvents = [
  /** The parent has approved the node's keys. */
  'approve',
  /** The city's directory names its keys. */
  'enter',
  /** It has its first snapshot and its links. */
  'open',
  /** Its rows are frozen where they are. */
  'depart',
  /** They stand in its own database. */
  'arrive',
  /** The State, or the parent, ends it. */
  'end',
  /** Nothing of it is on its way any more. */
  'close',
] as const;
export type NodeEvent = (typeof nodeEvents)[number];

interface StateRule {
  /** Whether it may begin records and take what is offered to it. */
  readonly takesWork: boolean;
  /** Whether it may write to the records that it owns. */
  readonly writes: boolean;
  readonly on: Readonly<Record<NodeEvent, NodeState | null>>;
}

const nothing = {
  approve: null,
  enter: null,
  open: null,
  depart: null,
  arrive: null,
  end: null,
  close: null,
} as const;

/**
 * The whole life of a node. A retired one never comes back under its code: what it signed stays what it was, and the
 * State does not give a code twice.
 */
export const nodeLife: Readonly<Record<NodeState, StateRule>> = {
  unknown: { takesWork: false, writes: false, on: { ...nothing, approve: 'invited' } },
  invited: {
    takesWork: false,
    writes: false,
    on: { ...nothing, approve: 'invited', enter: 'joining', end: 'retired' },
  },
  joining: { takesWork: false, writes: false, on: { ...nothing, enter: 'joining', open: 'active', end: 'retiring' } },
  active: { takesWork: true, writes: true, on: { ...nothing, open: 'active', depart: 'moving', end: 'retiring' } },
  moving: { takesWork: false, writes: false, on: { ...nothing, depart: 'moving', arrive: 'active' } },
  retiring: { takesWork: false, writes: true, on: { ...nothing, end: 'retiring', close: 'retired' } },
  retired: { takesWork: false, writes: false, on: { ...nothing, close: 'retired' } },
};

/** The next state. Refusal: node.state. An event that was taken before changes nothing. */
export function nodeStep(state: NodeState, event: NodeEvent): Result<NodeState> {
  const next = nodeLife[state].on[event];
  return next === null ? refuse('node.state', `a node that is ${state} does not take "${event}"`) : ok(next);
}

/** What can be read of a move from both databases and the new machine's files, at any moment. */
export interface MoveFacts {
  /** The rows are frozen in the old database. */
  readonly fenced: boolean;
  /** The whole copy was committed in the new one, under a later incarnation. */
  readonly arrived: boolean;
  /** The new machine has the node's keys and files. */
  readonly equipped: boolean;
  /** The old host has been started since and leaves the node out. */
  readonly released: boolean;
  /** Nothing of the node is left in the old database. */
  readonly cleared: boolean;
}

export type MoveStep = 'fence' | 'copy' | 'equip' | 'release' | 'clear' | 'done';

/**
 * The next step of a move. Each is one transaction or can be repeated, so a move that was killed goes on by being run
 * again. The old rows are frozen before the copy begins, and go only when the new host is complete and the old one
 * has let go: at every moment at most one database takes an entry of the node.
 */
export function nextMoveStep({ fenced, arrived, equipped, released, cleared }: MoveFacts): MoveStep {
  if (!arrived) return fenced ? 'copy' : 'fence';
  if (!equipped) return 'equip';
  if (cleared) return 'done';
  return released ? 'clear' : 'release';
}

/** Who may write in the node's name: the old database until it is fenced, the new one from its arrival on. */
export const writersOf = ({ fenced, arrived }: Pick<MoveFacts, 'fenced' | 'arrived'>): ('old' | 'new')[] => [
  ...(fenced ? [] : (['old'] as const)),
  ...(arrived ? (['new'] as const) : []),
];

/** What can be read of a node from the city's directory and list and the databases of its host and its parent. */
export interface NodeFacts {
  readonly approved: boolean;
  readonly entered: boolean;
  /** The list names it, so that its host serves it. */
  readonly listed: boolean;
  readonly departing: boolean;
  readonly ending: boolean;
  readonly closed: boolean;
}

/** Where in its life a node is; the last thing that happened to it counts. */
export function nodeStateOf({ approved, entered, listed, departing, ending, closed }: NodeFacts): NodeState {
  if (closed) return 'retired';
  if (ending) return 'retiring';
  if (departing) return 'moving';
  if (entered && listed) return 'active';
  if (entered) return 'joining';
  return approved ? 'invited' : 'unknown';
}

/** What can be read of a join, at any moment. */
export interface JoinFacts extends Pick<NodeFacts, 'approved' | 'entered' | 'listed'> {
  /** The host that will serve the node has made its key. */
  readonly keyed: boolean;
  /** A machine of its own has its identity, its tables and its consumers; a shared host has them anyway. */
  readonly equipped: boolean;
  /** Its host serves it, with the whole catalogue, and its parent has heard it under its key. */
  readonly open: boolean;
}

export type JoinStep = 'key' | 'approve' | 'equip' | 'enter' | 'list' | 'open' | 'done';

/**
 * The next step of a join; each can be repeated. The key is made before the parent approves, because this key is what it
 * approves; the directory names the key before the list names the node, so that nobody is asked to believe a node whose
 * key he cannot know.
 */
export function nextJoinStep({ keyed, approved, equipped, entered, listed, open }: JoinFacts): JoinStep {
  if (!keyed) return 'key';
  if (!approved) return 'approve';
  if (!equipped) return 'equip';
  if (!entered) return 'enter';
  if (!listed) return 'list';
  return open ? 'done' : 'open';
}

/** What a step of a join is in the node's life. */
export const eventOfJoin: Readonly<Record<JoinStep, NodeEvent | undefined>> = {
  key: undefined,
  approve: 'approve',
  equip: undefined,
  enter: 'enter',
  list: 'open',
  open: 'open',
  done: undefined,
};
