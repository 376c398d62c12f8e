import type { FileRef } from './facts.js';
import type { Application, SignedMandate } from './outbox.js';

export const aFile = (id: string, changes: Partial<FileRef> = {}): FileRef => ({
  ...{ id, material: 'id-card', name: `${id}.jpg`, mediaType: 'image/jpeg', size: 300_000, sealedSize: 300_029 },
  ...{ digest: id.padEnd(64, '0'), key: `key of ${id}`, registered: false },
  ...changes,
});

export const aMandate = (): SignedMandate => ({
  ...{ file: aFile('mandate', { material: undefined }), evidenceDigest: 'e'.repeat(64), days: 30 },
  ...{ term: undefined, record: undefined },
});

export const anApplication = (changes: Partial<Application> = {}): Application => ({
  ...{ id: 'a1', state: 'draft', item: { code: '370500013001', version: 1, name: '高龄津贴' }, form: {}, files: [] },
  applicant: { name: '王秀英', identityNumber: '370502194912310025', phone: '13800138000', address: '' },
  ...{ mandate: undefined, keys: { mandate: 'key 1', submit: 'key 2' }, refusal: undefined, taken: undefined },
  ...{ sight: undefined, changedAt: 0 },
  ...changes,
});
