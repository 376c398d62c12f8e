import { serviceItemSchema, type ServiceItem } from '@tongban/domain/catalogue';

/** An item with everything that the national tables want. */
export const completeItem = (): ServiceItem =>
  serviceItemSchema.parse({
    ...{ code: '370500013001', version: 1, name: '高龄津贴申领', type: 'benefit', level: 'district' },
    ...{ departmentId: 'civil-affairs', description: '按月发放高龄津贴', audience: ['naturalPerson'] },
    ...{ regime: 'promised', statutoryDays: 20, promisedDays: 5, presenceRequired: false, themes: ['pension'] },
    legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
    conditions: ['年满80周岁'],
    materials: ['M1', 'M2'].map((code) => ({
      ...{
        code: code.toLowerCase(),
        name: `材料${code}`,
        necessity: 'required',
        source: 'government',
        form: 'original',
        copies: 1,
      },
    })),
    steps: [
      { name: '受理', power: 'accept', days: 1 },
      { name: '决定', power: 'decide', days: 4 },
    ],
    fee: { charged: false },
    result: { kind: 'certificate', name: '高龄津贴证' },
    applicantForm: { type: 'object', properties: {}, required: [] },
    ...{ validFrom: '2026-01-01', bodyNature: 'statutory', powerSource: 'devolved', specialProcedures: [], visits: 1 },
    ...{ consultPhone: '0633-8880001', complaintPhone: '0633-12345' },
    flags: {
      online: true,
      express: false,
      onlinePayment: false,
      inHall: true,
      singleLogin: true,
      appSingleLogin: false,
    },
    places: [{ name: '区政务服务中心', address: '海滨五路1号', hours: '工作日9:00—17:00' }],
  });
