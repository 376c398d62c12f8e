import type { proposalsZh } from './texts.zh-CN.js';

export const proposalsEn: typeof proposalsZh = {
  one: 'Approval of a bulk publication',
  statuses: { proposed: 'To be approved', approved: 'Approved and published', rejected: 'Sent back' },
  noneSuch: 'There is no such bulk publication',
  by: 'Put forward by',
  number: 'Number',
  records: 'What it publishes',
  kind: 'Kind',
  kinds: {
    department: 'Department',
    base: 'Base catalogue',
    item: 'Item',
    delegation: 'Delegation',
    localisation: 'Localisation',
    stationing: 'Stationing',
    agent: 'Agent',
  },
  changes: { new: 'New', changed: 'Changed', held: 'As before' },
  changesOf: 'Changes of {{name}}',
  counts: '{{total}} records, {{added}} of them new and {{changed}} changed.',
  listed: ' {{count}} are listed, those that change first.',
  faulty: 'It cannot be approved now',
  own: 'You put this forward; another person has to approve it.',
  acts: { approve: 'Approve and publish', reject: 'Send back', takeBack: 'Take back' },
  hints: {
    approve: 'It is published at once and sent to every tier. Read all changes first.',
    reject: 'Nothing is published; whoever put it forward may change it and put it forward again.',
    takeBack: 'Nothing is published.',
  },
  done: { approve: 'Approved and published', reject: 'Sent back', takeBack: 'Taken back' },
  actions: { propose: 'Put forward', approve: 'Approved and published', reject: 'Sent back' },
};
