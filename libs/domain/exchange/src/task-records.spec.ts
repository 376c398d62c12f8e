import { serviceItemSchema, type ServiceItem } from '@tongban/domain/catalogue';
import { nodeCode } from '@tongban/kernel';
import { nationalDatabase } from './profile.js';
import { taskRecords } from './task-records.js';

const profile = nationalDatabase({ province: '37' });
const complete = {
  ...{ code: '370500013001', version: 3, name: '高龄津贴申领', type: 'benefit', level: 'district' },
  ...{ departmentId: 'civil-affairs', description: '按月发放高龄津贴', audience: ['organ', 'naturalPerson'] },
  ...{ regime: 'joint', statutoryDays: 20, promisedDays: 5, presenceRequired: false, themes: ['pension'] },
  legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
  conditions: ['具有本区户籍', '年满80周岁'],
  materials: [
    { code: 'm1', name: '居民身份证', necessity: 'required', source: 'government', form: 'original', copies: 1 },
    { code: 'm2', name: '申请表', necessity: 'deferred', source: 'applicant', form: 'both', copies: 2 },
  ],
  steps: [
    { name: '受理', power: 'accept', days: 1 },
    { name: '决定', power: 'decide', days: 4 },
  ],
  fee: { charged: true, basis: '鲁价费发〔2016〕1号', standard: '每证15元' },
  fees: [{ name: '工本费', basis: '鲁价费发〔2016〕1号', standard: '每证15元', reducible: true }],
  result: { kind: 'certificate', name: '高龄津贴证' },
  applicantForm: { type: 'object', properties: {}, required: [] },
  validFrom: '2026-01-01',
  ...{ bodyNature: 'statutory', powerSource: 'devolved', specialProcedures: [], visits: 1 },
  ...{ consultPhone: '0633-8880001', complaintPhone: '0633-12345', handlingForms: ['window', 'web'] },
  flags: { online: true, express: false, onlinePayment: false, inHall: true, singleLogin: true, appSingleLogin: false },
  places: [{ name: '区政务服务中心', address: '海滨五路1号', hours: '工作日9:00—17:00' }],
  questions: [{ question: '能否代办？', answer: '可以。' }],
  onlineDepth: ['handling', 'intake'],
};
const item = (changes: object = {}): ServiceItem => serviceItemSchema.parse({ ...complete, ...changes });
const records = (changes: object = {}) =>
  taskRecords(
    {
      node: nodeCode('371102000000'),
      item: item(changes),
      department: { name: '东港区民政局', uscc: '11511301008778183N' },
    },
    profile,
  );

describe('an item in the catalogue tables of the province', () => {
  it('has its rows in the tables of its kind, with the national codes', () => {
    const { ready, held } = records();
    expect(held).toEqual([]);
    expect(ready.map(({ table }) => table.replace('UP_TASK_', ''))).toEqual([
      ...['DIRECTORY', 'GENERAL_BASIC', 'GENERAL_EXTEND', 'GENERAL_MATERIAL', 'GENERAL_MATERIAL'],
      ...['GENERAL_FEE_PROJECT', 'GENERAL_QUESTIONS'],
    ]);
    expect(ready[1]?.columns).toMatchObject({
      ...{ task_code: '11511301008778183N4370500013001', task_type: '05', use_level: '4', project_type: '9' },
      ...{ anticipate_type: 'G', promise_type: '1', server_type: '1^6', special_procedure: '无', power_source: '2' },
      ...{ handle_type: '1^2', is_single_login: '1', app_is_single_login: '0', handle_flow: '受理→决定' },
      by_law: '《中华人民共和国老年人权益保障法》第三十三条',
    });
    expect(ready[2]?.columns).toMatchObject({ online_handle_depth: '2^5', result_type: '10', is_entry_center: '1' });
    expect(ready[4]?.columns).toMatchObject({ material_type: '2', is_need: '2', source_type: '0', order_num: 2 });
    const guid = ready[1]?.rowGuid;
    expect(ready.slice(2).every(({ columns }) => columns['task_guid'] === guid)).toBe(true);
  });

  it.each([
    ['publicService', 'UP_TASK_PUBLIC_BASIC', true],
    ['levy', 'UP_TASK_HANDLE_BASIC', false],
    ['penalty', 'UP_TASK_PUNISH_BASIC', false],
    ['inspection', 'UP_TASK_CHECK_BASIC', false],
  ])('goes elsewhere when it is a %s', (type, basic, extended) => {
    const tables = records({ type }).ready.map(({ table }) => table);
    expect(tables).toContain(basic);
    expect(tables.some((table) => table.endsWith('_EXTEND'))).toBe(extended);
  });

  it('is held as a whole, by name of what is missing, and nothing is made up', () => {
    const { ready, held } = records({ specialProcedures: undefined, visits: undefined, flags: undefined });
    expect(ready).toEqual([]);
    expect(held.map(({ table, field }) => `${table} ${field}`)).toEqual([
      'UP_TASK_GENERAL_BASIC special_procedure',
      'UP_TASK_GENERAL_BASIC limit_scene_num',
      'UP_TASK_GENERAL_BASIC is_single_login',
      'UP_TASK_GENERAL_BASIC app_is_single_login',
      ...['is_entry_center', 'is_express', 'is_online', 'is_pay_online'].map(
        (name) => `UP_TASK_GENERAL_EXTEND ${name}`,
      ),
    ]);
    expect(held[0]?.message).toBe('特别程序（special_procedure）未填写，须补录后再报');
    expect(records({ materials: [{ ...complete.materials[0], form: 'electronic' }] }).held).toMatchObject([
      { field: 'material_type', code: 'missing' },
    ]);
  });

  it('keeps its rows when its content changes', () => {
    const guids = (changes: object = {}) => records(changes).ready.map(({ rowGuid }) => rowGuid);
    expect(guids({ version: 4, promisedDays: 3 })).toEqual(guids());
  });
});
