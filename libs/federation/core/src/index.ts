export { admit, type Admission, type HeadEntry, type RecordHead } from './head.js';
export { forwards, holders, neighbours, type Forward } from './holders.js';
export { newSender, nextRange, senderLimits, senderStep, type SenderEvent, type SenderState } from './link-sender.js';
export { receive, type Range, type ReceiverState, type Reception } from './link-receiver.js';
