export { admit, type Admission, type HeadEntry, type RecordHead } from './head.js';
export { forwards, holders, neighbours, type Forward } from './holders.js';
export { newSender, nextRange, senderLimits, senderStep, type SenderEvent, type SenderState } from './link-sender.js';
export { appliedIn, receive, type Range, type ReceiverState, type Reception } from './link-receiver.js';
export {
  isEarlier,
  isEarlierSession,
  judge,
  mayAnswer,
  receiverIn,
  senderIn,
  sessionOf,
  takesSession,
  type Heard,
} from './link-session.js';
export { givesParked, mayWrite, triedAgain, waitsForParked } from './parked.js';
export { clockLimits, clockStanding, readClock, type ClockReading, type ClockStanding } from './clock.js';
export { cameThrough } from './requests.js';
export {
  eventOfJoin,
  nextJoinStep,
  nextMoveStep,
  nodeEvents,
  nodeLife,
  nodeStateOf,
  nodeStates,
  nodeStep,
  writersOf,
  type JoinFacts,
  type JoinStep,
  type MoveFacts,
  type MoveStep,
  type NodeEvent,
  type NodeFacts,
  type NodeState,
} from './node-life.js';
export {
  bucketCount,
  bucketDigestBytes,
  bucketOf,
  compareKeys,
  differingBuckets,
  differingGroups,
  differingParts,
  partCount,
  partOf,
  planMend,
  type Copy,
  type GroupRoot,
  type KeyDifference,
  type MendPlan,
  type RecordKey,
} from './reconcile.js';
