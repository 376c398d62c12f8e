import fc from 'fast-check';
import {
  decideProposal,
  evolveProposal,
  proposalActions,
  proposalStatuses,
  proposalTransitions,
  type Proposal,
  type ProposalAction,
} from './proposal.js';

const id = '00000000-0000-7000-8000-000000000001';
const persons = ['writer', 'second', 'third'];

function after(steps: readonly (readonly [ProposalAction, string])[]): Proposal | undefined {
  let state: Proposal | undefined;
  for (const [action, by] of steps) {
    const decided = decideProposal(state, action, by);
    if (decided.ok) state = evolveProposal(id, state, { ...decided.value, at: 0 });
  }
  return state;
}

describe('a bulk publication', () => {
  it('can reach every status, and goes no further once it is decided', () => {
    const reached = new Set(proposalActions.flatMap((action) => Object.values(proposalTransitions[action])));
    expect([...reached].sort()).toEqual([...proposalStatuses].sort());
    for (const action of proposalActions) {
      expect(proposalTransitions[action].approved).toBeUndefined();
      expect(proposalTransitions[action].rejected).toBeUndefined();
    }
  });

  it('is approved by another person, and may be taken back by its own', () => {
    const proposed = after([['propose', 'writer']]);
    expect(decideProposal(proposed, 'approve', 'writer')).toMatchObject({ refusal: { code: 'catalogue.same-person' } });
    expect(decideProposal(proposed, 'approve', 'second')).toMatchObject({ value: { seq: 2, action: 'approve' } });
    expect(decideProposal(proposed, 'reject', 'writer').ok).toBe(true);
    expect(decideProposal(undefined, 'approve', 'second')).toMatchObject({
      refusal: { code: 'catalogue.proposal-state' },
    });
  });

  it('is never approved by one person alone, whatever is tried', () => {
    const step = fc.tuple(fc.constantFrom(...proposalActions), fc.constantFrom(...persons));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const state = after(steps);
        if (state?.status !== 'approved') return;
        const approval = state.history.at(-1);
        expect(approval?.action).toBe('approve');
        expect(approval?.by).not.toBe(state.proposedBy);
        expect(state.history.map(({ seq }) => seq)).toEqual(state.history.map((_entry, index) => index + 1));
      }),
    );
  });
});
