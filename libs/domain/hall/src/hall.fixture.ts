import { hallDefinitionSchema, type HallDefinition } from './definition.js';

/** A hall with two groups and three windows, as its manager would publish it. */
export const sampleHall = (changes: Partial<HallDefinition> = {}): HallDefinition => ({
  ...hallDefinitionSchema.parse({
    name: '岚山区政务服务中心',
    address: '岚山区圣岚路 1 号',
    opening: 'workingDays',
    hours: [
      { from: '09:00', to: '12:00' },
      { from: '13:30', to: '17:00' },
    ],
    groups: [
      {
        ...{ code: 'social', name: '社会事务', letter: 'A', items: ['370500013001'], departments: ['civil-affairs'] },
        ...{ slotMinutes: 30, slotCapacity: 2, usualServiceMinutes: 10 },
      },
      {
        ...{ code: 'tax', name: '税务', letter: 'B', items: [], departments: ['taxation'] },
        ...{ slotMinutes: 60, slotCapacity: 0, usualServiceMinutes: 15 },
      },
    ],
    windows: [
      { number: '1', name: '社会事务一', groups: ['social'] },
      { number: '2', name: '综合', groups: ['social', 'tax'] },
      { number: '3', name: '税务', groups: ['tax'] },
    ],
  }),
  ...changes,
});
