import { aDelegation, aDepartment, anItem, city, district, itemCode, township } from '@tongban/testkit';
import type { HeldVersion } from './held.js';
import { proposedRecords } from './proposed-records.js';

const department = aDepartment();
const heldItem = (version: number, name: string): HeldVersion => ({
  id: { publisher: city, kind: 'item', key: itemCode, version },
  state: '',
  withdrawn: false,
  publishedAt: 0,
  content: { kind: 'item', value: anItem({ version, name }) },
});
const held: readonly HeldVersion[] = [heldItem(2, '老年优待证办理'), heldItem(1, '旧名称')];

describe('what the second person reads', () => {
  it('of a delegation: the item by its newest name, what is given, by whom and to whom', () => {
    const delegation = aDelegation({ to: township, powers: ['accept', 'decide'], form: 'devolved' });
    expect(proposedRecords(city, { delegations: [delegation] }, held)).toMatchObject([
      {
        name: '老年优待证办理',
        delegation: { from: 'district', to: township, powers: ['accept', 'decide'], form: 'devolved' },
      },
    ]);
  });

  it('of a delegation that is taken back: the day', () => {
    const delegation = aDelegation({ version: 2, revokedOn: '2026-05-01' });
    expect(proposedRecords(city, { delegations: [delegation] }, held)).toMatchObject([
      { delegation: { to: 'township', revokedOn: '2026-05-01' } },
    ]);
  });

  it('names items as the proposal itself renames them', () => {
    const [, delegation] = proposedRecords(
      city,
      { items: [anItem({ version: 3, name: '新名称' })], delegations: [aDelegation()] },
      held,
    );
    expect(delegation).toMatchObject({ kind: 'delegation', name: '新名称' });
  });

  it('of a stationing: the department by name and the hall', () => {
    const stationing = { id: 'seat', version: 1, departmentId: department.id, hall: district } as never;
    expect(proposedRecords(city, { departments: [department], stationings: [stationing] }, [])[1]).toMatchObject({
      name: department.name,
      place: district,
    });
  });

  it('leaves a code where nobody knows a name', () => {
    expect(proposedRecords(city, { delegations: [aDelegation()] }, [])).toMatchObject([{ name: itemCode }]);
  });
});
