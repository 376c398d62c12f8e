import { deflateRawSync } from 'node:zlib';
import { departmentSchema, serviceItemSchema, type Department, type ServiceItem } from '@tongban/domain/catalogue';
import { delegationSchema, type Delegation } from '@tongban/domain/delegation';
import { nodeCode } from '@tongban/kernel';

export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');
export const today = '2026-03-02';
export const itemCode = '370511001000';

export const anItem = (parts: Partial<ServiceItem> = {}): ServiceItem =>
  serviceItemSchema.parse({
    code: itemCode,
    version: 1,
    name: '80周岁以上老年人高龄津贴申领',
    type: 'benefit',
    level: 'district',
    departmentId: 'civil-affairs',
    description: '为本区户籍80周岁以上老年人按月发放高龄津贴。',
    audience: ['naturalPerson'],
    regime: 'promised',
    legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条', year: 2018 }],
    conditions: ['具有本区户籍', '年满80周岁'],
    materials: [
      { code: 'id-card', name: '居民身份证', necessity: 'required', source: 'government', form: 'original', copies: 1 },
    ],
    steps: [
      { name: '受理', power: 'accept', days: 1 },
      { name: '决定', power: 'decide', days: 4 },
    ],
    statutoryDays: 20,
    promisedDays: 5,
    fee: { charged: false },
    presenceRequired: false,
    result: { kind: 'approval', name: '高龄津贴发放通知' },
    applicantForm: { type: 'object', properties: {}, required: [] },
    themes: ['pension'],
    complaintPhone: '0633-12345',
    validFrom: '2026-01-01',
    ...parts,
  });

export const aDepartment = (parts: Partial<Department> = {}): Department =>
  departmentSchema.parse({
    id: 'civil-affairs',
    version: 1,
    name: '民政局',
    field: '11',
    tiers: ['city', 'district', 'township'],
    names: { township: '社会事务办公室' },
    ...parts,
  });

export const aDelegation = (parts: Partial<Delegation> = {}): Delegation =>
  delegationSchema.parse({
    id: 'allowance-to-townships',
    item: itemCode,
    from: 'district',
    to: 'township',
    powers: ['accept', 'decide'],
    form: 'devolved',
    validFrom: '2026-01-01',
    version: 1,
    ...parts,
  });

/** The parts of a file, to be rebuilt with something else in one of them. */
export type Parts = ReadonlyMap<string, Buffer>;

const crcTable = Array.from({ length: 256 }, (_unused, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
const crcOf = (bytes: Buffer): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/** A deflated archive; `declaredBytes` is what its directory says of every entry, when that is to be a lie. */
export function archiveOf(parts: Parts, declaredBytes?: number): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of parts) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crcOf(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declaredBytes ?? content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name));
    bodies.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.size, 8);
  end.writeUInt16LE(parts.size, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, listed, end]);
}
