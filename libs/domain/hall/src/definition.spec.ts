import { workingCalendar } from '@tongban/domain/calendar';
import { checkDefinition, findGroup, groupServing, hallDefinitionSchema, type HallDefinition } from './definition.js';
import { sampleHall } from './hall.fixture.js';
import { givesTickets, isOpenOn, slotsOn } from './opening.js';

const calendar = workingCalendar();
const detail = (hall: HallDefinition): string | undefined => {
  const checked = checkDefinition(hall);
  return checked.ok ? undefined : checked.refusal.detail;
};

describe('the definition of a hall', () => {
  const [social, tax] = sampleHall().groups as [HallDefinition['groups'][number], HallDefinition['groups'][number]];
  const [one, two] = sampleHall().windows as [HallDefinition['windows'][number], HallDefinition['windows'][number]];
  const cases: readonly [string, Partial<HallDefinition>, RegExp][] = [
    ['two groups of one code', { groups: [social, { ...tax, code: 'social' }] }, /social”重复/],
    ['two groups of one letter', { groups: [social, { ...tax, letter: 'A' }] }, /A”重复/],
    ['two windows of one number', { windows: [one, { ...two, number: '1' }] }, /1”重复/],
    ['a window of no group', { windows: [{ ...one, groups: ['none'] }, two] }, /none”不存在/],
    ['a group without windows', { windows: [one] }, /tax”没有窗口/],
    ['hours that end before they begin', { hours: [{ from: '12:00', to: '09:00' }] }, /颠倒/],
    [
      'hours that overlap',
      {
        hours: [
          { from: '09:00', to: '12:00' },
          { from: '11:00', to: '17:00' },
        ],
      },
      /不重叠/,
    ],
    [
      'a notice that ends before it begins',
      { notices: [{ title: '停水', text: '停水一天', from: '2026-03-03', until: '2026-03-02' }] },
      /停水”的起止日期颠倒/,
    ],
    ['a day closed and open', { closedDays: ['2026-03-02'], extraDays: ['2026-03-02'] }, /既休息又加开/],
  ];

  it('is right as it is', () => expect(detail(sampleHall())).toBeUndefined());
  it.each(cases)('refuses %s', (_name, changes, message) => expect(detail(sampleHall(changes))).toMatch(message));
  it('refuses times that no clock shows', () => {
    const wrong = { ...sampleHall(), hours: [{ from: '24:00', to: '25:00' }] };
    expect(hallDefinitionSchema.safeParse(wrong).success).toBe(false);
  });

  it('knows which group serves an item: by name before by department', () => {
    const hall = sampleHall();
    expect(groupServing(hall, '370500013001', 'taxation')?.code).toBe('social');
    expect(groupServing(hall, '370500013009', 'taxation')?.code).toBe('tax');
    expect(groupServing(hall, '370500013009', 'water')).toBeUndefined();
    expect(groupServing(hall, '370500013009', undefined)).toBeUndefined();
  });
});

describe('opening', () => {
  const at = (text: string): number => Date.parse(`${text}+08:00`);

  it('is on working days, make-up days among them, unless the hall says otherwise', () => {
    const hall = sampleHall({ closedDays: ['2026-03-03'], extraDays: ['2026-03-07'] });
    // Monday, closed Tuesday, open Saturday, Sunday, National Day.
    const days = ['2026-03-02', '2026-03-03', '2026-03-07', '2026-03-08', '2026-10-01'];
    expect(days.map((day) => isOpenOn(hall, day, calendar))).toEqual([true, false, true, false, false]);
    expect(isOpenOn(sampleHall({ opening: 'daily' }), '2026-10-01', calendar)).toBe(true);
  });

  it('gives numbers from an hour before opening until closing', () => {
    const asked = ['07:59', '08:00', '12:30', '16:59', '17:00'].map((time) =>
      givesTickets(sampleHall(), '2026-03-02', at(`2026-03-02T${time}`), calendar),
    );
    expect(asked).toEqual([false, true, true, true, false]);
    expect(givesTickets(sampleHall(), '2026-03-01', at('2026-03-01T10:00'), calendar)).toBe(false);
  });

  it('has slots within the hours, none across the midday rest', () => {
    const hall = sampleHall();
    const starts = slotsOn(hall, findGroup(hall, 'social')!, '2026-03-02').map(({ start }) => start);
    expect(starts).toHaveLength(13);
    expect([starts[0], starts[5], starts[6], starts.at(-1)]).toEqual(['09:00', '11:30', '13:30', '16:30']);
    expect(slotsOn(hall, findGroup(hall, 'tax')!, '2026-03-02')).toEqual([]);
    const [first] = slotsOn(hall, findGroup(hall, 'social')!, '2026-03-02');
    expect(first).toMatchObject({ startsAt: at('2026-03-02T09:00'), endsAt: at('2026-03-02T09:30') });
  });
});
