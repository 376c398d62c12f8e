import {
  accepted,
  approved,
  certified,
  city,
  district,
  preReviewing,
  samples,
  submitted,
  supplementing,
  township,
} from './case.fixture.js';
import { caseCommandTypes, permittedCommands } from './index.js';

const stages = { preReviewing, submitted, supplementing, accepted, approved, certified };
const roles = ['agent', 'clerk', 'reviewer', 'approver', 'supervisor', 'resident'] as const;
const permission =
  /^(jurisdiction\.|case\.(state|closed|power|paused|not-received|unconfirmed|handing-over|not-owner)$)/;

describe.each(Object.entries(stages))('what a person may do with a case that is %s', (_stage, bench) => {
  it.each(roles.flatMap((role) => [township, district, city].map((division) => ({ role, division }))))(
    '$role of $division',
    ({ role, division }) => {
      const by = { role, division, subject: 's1' };
      const permitted = permittedCommands(bench().case, [by]);
      for (const type of caseCommandTypes) {
        const refused = bench().ask(samples[type], by);
        // What is not offered would be refused for who and where; what works is offered.
        if (refused === undefined) expect(permitted).toContain(type);
        if (!permitted.includes(type)) expect([type, refused?.code]).toEqual([type, expect.stringMatching(permission)]);
      }
    },
  );
});
