import { z } from 'zod';
import { powerSchema } from '@tongban/domain/delegation';
import {
  limitUnits,
  materialForms,
  materialKinds,
  materialSources,
  necessities,
  resultKinds,
  specialProcedureKinds,
} from './codes.js';
import { name, phone, prose, shortProse, slug, webAddress } from './text.js';

const days = z.int().min(0).max(1000);
const longestLimit = 10_000;
const mostCopies = 20;

/** A file that belongs to the item's description: a blank form, an example, a sample of the result. */
export const fileReferenceSchema = z
  .strictObject({
    name,
    /** SM3 (GB/T 32905) of the content, 64 hexadecimal digits: the name under which hosts keep it. */
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'not a digest'),
    mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,80}$/, 'not a media type'),
  })
  .meta({ id: 'ItemFile' });
export type FileReference = z.output<typeof fileReferenceSchema>;

/** A time limit in the unit in which the law or the promise states it. */
export const limitSchema = z
  .strictObject({
    value: z.int().min(0).max(longestLimit),
    unit: z.enum(limitUnits),
    note: prose.optional(),
  })
  .meta({ id: 'TimeLimit' });
export type Limit = z.output<typeof limitSchema>;

/** GB/T 39046-2020 table 4, rows 56–64, and UP_TASK_GENERAL_MATERIAL. */
export const materialSchema = z
  .strictObject({
    /** Unique within the item. */
    code: slug,
    name,
    necessity: z.enum(necessities),
    source: z.enum(materialSources),
    form: z.enum(materialForms),
    /** Sheets or sets to hand in; 0 for electronic documents. */
    copies: z.int().min(0).max(mostCopies),
    note: prose.optional(),
    /** 原件份数 and 复印件份数, where `copies` alone does not say it. */
    originals: z.int().min(0).max(mostCopies).optional(),
    duplicates: z.int().min(0).max(mostCopies).optional(),
    kind: z.enum(materialKinds).optional(),
    /** 出具机构, 出具时间要求, 来源渠道说明. */
    issuer: name.optional(),
    issuedWithin: z.string().min(1).max(150).optional(),
    sourceNote: shortProse.optional(),
    /** 材料办理说明, 办理地点, 使用说明. */
    howToObtain: shortProse.optional(),
    whereToObtain: z.string().min(1).max(400).optional(),
    usage: shortProse.optional(),
    /** 纸质材料规格, 填报须知, 受理标准, 依据. */
    pageFormat: name.optional(),
    fillingNote: shortProse.optional(),
    acceptanceStandard: prose.optional(),
    basis: prose.optional(),
    blankForm: fileReferenceSchema.optional(),
    example: fileReferenceSchema.optional(),
  })
  .meta({ id: 'Material' });
export type Material = z.output<typeof materialSchema>;

export const stepSchema = z
  .strictObject({
    name,
    /** Which power the step uses, hence which node of the route does it. */
    power: powerSchema,
    /** Share of the promised time, in working days. */
    days,
    /** 审查标准 and what the step leaves behind. */
    standard: prose.optional(),
    outcome: name.optional(),
  })
  .meta({ id: 'HandlingStep' });

export const legalBasisSchema = z
  .strictObject({
    statute: name,
    /** Articles as cited: 第二十四条. */
    article: z.string().min(1).max(100),
    /** Year of the version cited. */
    year: z.int().min(1949).max(2100).optional(),
  })
  .meta({ id: 'LegalBasis' });
export type LegalBasis = z.output<typeof legalBasisSchema>;

/** The largest standard for one unit: a hundred million yuan. */
const largestAmountFen = 10_000_000_000;
const mostUnits = 100_000;

/**
 * UP_TASK_GENERAL_FEE_PROJECT: nothing may be charged without a basis and a standard. `basis` and `standard` are for
 * people; `code`, `amountFen` and `unit` say the same to the payment notice, and stand together or not at all.
 */
export const feeProjectSchema = z
  .strictObject({
    name,
    basis: prose,
    standard: prose,
    /** Unique within the item: a payment notice names it. */
    code: slug.optional(),
    /** For one unit, in fen (a hundredth of a yuan). */
    amountFen: z.int().positive().max(largestAmountFen).optional(),
    /** 件、证、本、平方米: what the standard counts. */
    unit: z.string().min(1).max(20).optional(),
    /** Of the projects with the same choice a notice takes one: 住宅 or 非住宅, one or two entries. */
    choice: slug.optional(),
    /** True where the number of units is measured or approved and has to be stated. */
    measured: z.boolean().optional(),
    /** The most units that one case may be charged. */
    maxQuantity: z.int().positive().max(mostUnits).optional(),
    /** 是否允许减免, and when. */
    reducible: z.boolean().optional(),
    reductionNote: prose.optional(),
  })
  .meta({ id: 'FeeProject' });
export type FeeProject = z.output<typeof feeProjectSchema>;

/** UP_TASK_GENERAL_QUESTIONS. */
export const questionSchema = z
  .strictObject({ question: z.string().min(1).max(1000), answer: prose })
  .meta({ id: 'Question' });

/** 办理地点 and 办理时间. */
export const placeSchema = z
  .strictObject({
    name,
    address: shortProse,
    hours: shortProse,
    window: name.optional(),
    phone: phone.optional(),
  })
  .meta({ id: 'HandlingPlace' });
export type Place = z.output<typeof placeSchema>;

/** 特别程序: time that is not counted, or an extension of the limit (行政许可法 第四十二条, 第四十五条). */
export const specialProcedureSchema = z
  .strictObject({
    kind: z.enum(specialProcedureKinds),
    name,
    basis: prose.optional(),
    limit: limitSchema.optional(),
    note: shortProse.optional(),
  })
  .meta({ id: 'SpecialProcedure' });

/** 中介服务 that the handling needs. */
export const intermediaryServiceSchema = z
  .strictObject({ name, basis: prose, provider: name.optional() })
  .meta({ id: 'IntermediaryService' });

/** What the applicant may choose: 网办, 快递, 网上支付, 预约, 自助终端, 进驻大厅, 单点登录. */
export const serviceFlagsSchema = z
  .strictObject({
    online: z.boolean().optional(),
    express: z.boolean().optional(),
    onlinePayment: z.boolean().optional(),
    appointment: z.boolean().optional(),
    selfService: z.boolean().optional(),
    inHall: z.boolean().optional(),
    singleLogin: z.boolean().optional(),
    appSingleLogin: z.boolean().optional(),
  })
  .meta({ id: 'ServiceFlags' });

export const addressesSchema = z
  .strictObject({ online: webAddress.optional(), mobile: webAddress.optional() })
  .meta({ id: 'OnlineAddresses' });

export const resultSchema = z
  .strictObject({
    kind: z.enum(resultKinds),
    name,
    validityYears: z.int().min(1).max(100).optional(),
    sample: fileReferenceSchema.optional(),
  })
  .meta({ id: 'ItemResult' });
