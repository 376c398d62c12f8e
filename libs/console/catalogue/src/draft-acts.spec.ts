import type { shapes } from '@tongban/console/api';
import { actsOf } from './draft-acts.js';

const at = '2026-11-22T08:00:00.000Z';
const draft = (status: shapes.ItemDraft['status'], problems: string[] = []) => ({
  status,
  problems,
  history: [
    { seq: 1, action: 'create' as const, by: 'writer', at },
    { seq: 2, action: 'edit' as const, by: 'helper', at },
    { seq: 3, action: 'return' as const, by: 'reader', at, note: '请补充依据' },
  ],
});
const as = (subject: string, ...roles: string[]) => ({ subject, roles });

describe('what a person can do with a draft', () => {
  it('leaves reading to a second person', () => {
    expect(actsOf({ draft: draft('draft'), ...as('reader', 'reviewer') })).toEqual({ acts: ['approve', 'return'] });
    for (const writer of ['writer', 'helper']) {
      const acts = actsOf({ draft: draft('draft'), ...as(writer, 'catalogue-manager', 'reviewer') });
      expect(acts).toEqual({ acts: ['edit', 'withdraw'], hint: 'ownDraft' });
    }
  });

  it('lets the catalogue manager publish what was read', () => {
    const acts = actsOf({ draft: draft('reviewed'), ...as('writer', 'catalogue-manager') });
    expect(acts).toEqual({ acts: ['publish', 'edit', 'withdraw'] });
    expect(actsOf({ draft: draft('reviewed'), ...as('reader', 'reviewer') }).acts).toEqual(['return']);
  });

  it('lets nothing faulty go on', () => {
    const second = as('second', 'catalogue-manager');
    const faulty = (status: 'draft' | 'reviewed') => actsOf({ draft: draft(status, ['收费须有依据']), ...second });
    expect(faulty('draft')).toEqual({ acts: ['return', 'edit', 'withdraw'], hint: 'faulty' });
    expect(faulty('reviewed').acts).not.toContain('publish');
  });

  it.each(['published', 'withdrawn'] as const)('has nothing to do with what is %s', (status) => {
    expect(actsOf({ draft: draft(status), ...as('second', 'catalogue-manager', 'reviewer') })).toEqual({ acts: [] });
  });

  it('gives others nothing', () => {
    expect(actsOf({ draft: draft('draft'), ...as('somebody', 'clerk') }).acts).toEqual([]);
  });
});
