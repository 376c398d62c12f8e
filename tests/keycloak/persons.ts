import { randomUUID } from 'node:crypto';
import type { TestPerson } from './provider.js';

/** Persons of the city whose divisions the server was started with; names are fresh, so tests share one server. */
const fresh = (stem: string): string => `${stem}-${randomUUID().slice(0, 8)}`;

export const clerkOfVillage = (): TestPerson => ({
  username: fresh('wangjg'),
  password: 'Guangming-Lu-88',
  name: '王建国',
  roles: ['agent', 'clerk'],
  division: '371102001001',
  department: '371102-001',
});

export const approverOfDistrict = (): TestPerson => ({
  username: fresh('lifang'),
  password: 'Haibin-Wulu-17',
  name: '李芳',
  roles: ['approver'],
  division: '371102000000',
  department: '371102-009',
});

export const resident = (): TestPerson => ({
  username: fresh('zhaomin'),
  password: 'Yantai-Lu-2046',
  name: '赵敏',
  roles: ['resident'],
  division: '371102001001',
});
