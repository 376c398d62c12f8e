import { isNodeCode, ok, refuse, type Instant, type JsonObject, type NodeCode, type Result } from '@tongban/kernel';
import { z } from 'zod';
import { isCreditCode, isResidentIdentityNumber } from './check-digits.js';
import type { ApplicantType, IdentityType } from './neutral.js';
import type { ProfileCodes } from './profile-codes.js';
import { meaningOf } from './tables.js';

/** A paper that was uploaded at the provincial portal and is fetched from there. */
export interface ProvinceFile {
  readonly material: string;
  readonly name: string;
  readonly mediaType: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** An application of the provincial portal in our own words. */
export interface ProvinceApplication {
  /** 申办号: the province's business key, under which everything of the case goes back. */
  readonly number: string;
  /** 12-digit base code of the item. */
  readonly item: string;
  /** Where the applicant wants it dealt with. */
  readonly division: NodeCode;
  readonly applicantType: ApplicantType;
  readonly identityType: IdentityType;
  readonly applicant: {
    readonly name: string;
    readonly identityNumber: string;
    readonly phone: string;
    readonly address?: string;
  };
  readonly form: JsonObject;
  readonly files: readonly ProvinceFile[];
  readonly appliedAt: Instant;
}

export const maxProvinceFiles = 50;
export const maxProvinceFileBytes = 20 * 1024 * 1024;
const longestName = 100;
const longestNumber = 50;
const longestAddress = 500;

/** Characters are code points: 𠮷 is one. */
const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, '未填写')
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), '含有控制字符或残缺字符')
    .refine((value) => Array.from(value).length <= longest, `最多 ${longest} 个字`);
/** Digits with nothing but punctuation between them, seven and more: a telephone or document number. */
const personName = text(longestName).refine(
  (value) => !/^[\d\s()+\-－（）Xx]{7,}$/u.test(value),
  '填写的是号码，不是姓名',
);
const file = z.object({
  material_code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/),
  file_name: text(255),
  media_type: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/),
  size: z.coerce.number().int().min(1).max(maxProvinceFileBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const form = z.record(z.string().max(200), z.json());
const formText = z.string().transform((given, context): unknown => {
  try {
    return JSON.parse(given);
  } catch {
    context.addIssue({ code: 'custom', message: '不是 JSON' });
    return z.NEVER;
  }
});
const columns = z.object({
  projectno: text(longestNumber),
  catalog_code: z.string().regex(/^\d{12}$/, '应为 12 位基本编码'),
  area_code: z.string().refine(isNodeCode, '应为 12 位区划代码'),
  applyer_type: z.string(),
  applyer_name: personName,
  applyer_page_type: z.string(),
  applyer_page_code: text(64),
  contact_mobile: z.string().regex(/^[\d+\- ]{5,32}$/, '不是电话号码'),
  address: text(longestAddress).nullish(),
  apply_date: z.iso.datetime({ offset: true }),
  form: z.union([formText.pipe(form), form]).optional(),
  materials: z.array(file).max(maxProvinceFiles).optional(),
});

const wrong = (field: string, what: string): Result<never> =>
  refuse('request.invalid', `${field}：${what}`, { fields: [field] });

/**
 * What a message of the kind `application` says, by the platform's code tables. Refuses with request.invalid and the
 * columns at fault; values are not repeated, they may be personal.
 */
export function readApplication(content: JsonObject, codes: ProfileCodes): Result<ProvinceApplication> {
  const read = columns.safeParse(content);
  if (!read.success) {
    const told = read.error.issues.map(({ path, message }) => [path.join('.'), message] as const);
    const fields = [...new Set(told.map(([field]) => field))];
    return refuse('request.invalid', told.map(([field, message]) => `${field}：${message}`).join('；'), { fields });
  }
  const { data } = read;
  const applicantType = meaningOf(codes.applicantType, data.applyer_type);
  if (applicantType === undefined) return wrong('applyer_type', '不在代码表中');
  const identityType = meaningOf(codes.identityType, data.applyer_page_type);
  if (identityType === undefined) return wrong('applyer_page_type', '不在代码表中');
  const identityNumber = data.applyer_page_code;
  if (identityType === 'residentIdentityCard' && !isResidentIdentityNumber(identityNumber))
    return wrong('applyer_page_code', '不是有效的居民身份证号码');
  if (identityType === 'usccOrganisation' && !isCreditCode(identityNumber))
    return wrong('applyer_page_code', '不是有效的统一社会信用代码');
  return ok({
    ...{ number: data.projectno, item: data.catalog_code, division: data.area_code as NodeCode },
    ...{ applicantType, identityType },
    applicant: {
      ...{ name: data.applyer_name, identityNumber, phone: data.contact_mobile },
      ...(data.address === undefined || data.address === null ? {} : { address: data.address }),
    },
    form: data.form ?? {},
    files: (data.materials ?? []).map((one) => ({
      ...{ material: one.material_code, name: one.file_name, mediaType: one.media_type },
      ...{ size: one.size, sha256: one.sha256 },
    })),
    appliedAt: Date.parse(data.apply_date),
  });
}
