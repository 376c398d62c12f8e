import { actsOfRound } from './acts.js';

const entry = (action: string, subject: string, seq = 1) => ({
  ...{ seq, action, subject, at: '2026-11-22T01:00:00Z', role: 'catalogue-manager' },
});
const history = [entry('begin', 'writer'), entry('propose', 'writer', 2)];
const acts = (status: 'draft' | 'proposed' | 'approved' | 'published', subject: string, role: string) =>
  actsOfRound({ round: { status, history }, subject, roles: [role] });

it('lets another person approve, never whoever wrote it', () => {
  expect(acts('proposed', 'writer', 'catalogue-manager')).toEqual({ acts: ['return'], own: true });
  expect(acts('proposed', 'boss', 'approver')).toEqual({ acts: ['approve', 'return'], own: false });
});

it('lets the manager propose, publish and give up, and nobody anything that is done', () => {
  expect(acts('draft', 'writer', 'catalogue-manager').acts).toEqual(['propose', 'discard']);
  expect(acts('draft', 'boss', 'approver').acts).toEqual([]);
  expect(acts('approved', 'writer', 'catalogue-manager').acts).toEqual(['publish', 'return']);
  expect(acts('published', 'writer', 'catalogue-manager').acts).toEqual([]);
});
