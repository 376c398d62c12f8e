import { personOf } from './person.js';

it('reads the person from the claims of a token', () => {
  const person = personOf({
    sub: 's1',
    name: '王芳',
    preferred_username: 'wangfang',
    realm_access: { roles: ['clerk', 'reviewer'] },
    division: '371102001000',
    department: 'D01',
  });
  expect(person).toMatchObject({
    subject: 's1',
    name: '王芳',
    roles: ['clerk', 'reviewer'],
    division: '371102001000',
    department: 'D01',
  });
});

it('knows a resident, who belongs to no division', () => {
  expect(personOf({ sub: 's2', preferred_username: 'zhang' })).toMatchObject({
    name: 'zhang',
    division: undefined,
    roles: [],
  });
});
