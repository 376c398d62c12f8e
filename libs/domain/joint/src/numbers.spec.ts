import fc from 'fast-check';
import { nodeCode } from '@tongban/kernel';
import { jointDocuments, jointNumber, maxDailySequence, parseJointNumber, type JointDocument } from './numbers.js';

it('numbers of joint cases are read back as they were made', () => {
  const kinds = fc.constantFrom(...(Object.keys(jointDocuments) as JointDocument[]));
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: maxDailySequence }), (kind, sequence) => {
      const parts = { kind, division: nodeCode('371102000000'), date: '2026-03-02', sequence };
      expect(parseJointNumber(jointNumber(parts))).toEqual(parts);
    }),
  );
  expect(parseJointNumber('SL3711020000002026030200001')).toBeUndefined();
  expect(parseJointNumber('LB3711020000002026023000001')).toBeUndefined();
});
