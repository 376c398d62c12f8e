import { ok, refuse, type Result, type Tier } from '@tongban/kernel';
import { itemTypeCode, itemTypes, tierCodes, type ItemType } from './codes.js';
import { isUscc } from './identifiers.js';

/** The five parts of a 12-digit base code (基本编码). */
export interface BaseCode {
  /** Two digits of GB/T 2260; `00` for the national catalogue. */
  readonly province: string;
  readonly type: ItemType;
  /** Two digits of the department or field. */
  readonly field: string;
  readonly main: number;
  /** 0 when the item is no sub-item. */
  readonly sub: number;
}

const sequenceMax = 999;
const handlingMax = 99;
const implementationLength = 31;

export const isBaseCode = (text: string): boolean => parseBaseCode(text).ok;

/** Refuses `item.invalid` when the text is not twelve digits or its type is not one of the table. */
export function parseBaseCode(text: string): Result<BaseCode> {
  const match = /^(\d{2})(\d{2})(\d{2})(\d{3})(\d{3})$/.exec(text);
  if (match === null) return refuse('item.invalid', `基本编码应为 12 位数字：${text}`);
  const [, province = '', typeCode, field = '', main, sub] = match;
  const type = itemTypes.find((candidate) => itemTypeCode(candidate) === typeCode);
  if (type === undefined) return refuse('item.invalid', `基本编码第 3—4 位不是事项类型代码：${text}`);
  return ok({ province, type, field, main: Number(main), sub: Number(sub) });
}

const isSequence = (value: number, max: number): boolean => Number.isInteger(value) && value >= 0 && value <= max;

export function baseCode({ province, type, field, main, sub }: BaseCode): Result<string> {
  const isWhole = /^\d{2}$/.test(province) && /^\d{2}$/.test(field);
  if (!isWhole || !isSequence(main, sequenceMax) || !isSequence(sub, sequenceMax)) {
    return refuse('item.invalid', '基本编码的区划、部门或序号超出范围');
  }
  const sequence = (value: number) => String(value).padStart(3, '0');
  return ok(`${province}${itemTypeCode(type)}${field}${sequence(main)}${sequence(sub)}`);
}

/** 实施编码, 31 characters: credit code of the implementing body, level of exercise, base code. */
export function implementationCode(uscc: string, tier: Tier, base: string): Result<string> {
  if (!isUscc(uscc)) return refuse('item.invalid', `统一社会信用代码校验不符：${uscc}`);
  const parsed = parseBaseCode(base);
  return parsed.ok ? ok(`${uscc}${tierCodes[tier]}${base}`) : parsed;
}

export interface ImplementationCode {
  readonly uscc: string;
  readonly tier: Tier;
  readonly base: string;
}

export function parseImplementationCode(text: string): Result<ImplementationCode> {
  const [uscc, level, base] = [text.slice(0, 18), text.slice(18, 19), text.slice(19)];
  const tier = (Object.keys(tierCodes) as Tier[]).find((candidate) => tierCodes[candidate] === level);
  if (tier === undefined) return refuse('item.invalid', `实施编码第 19 位不是行使层级代码：${text}`);
  const code = implementationCode(uscc, tier, base);
  return code.ok ? ok({ uscc, tier, base }) : code;
}

/** 业务办理项编码, 33 characters: implementation code and a two-digit sequence from 1. */
export function handlingCode(implementation: string, sequence: number): Result<string> {
  const parsed = parseImplementationCode(implementation);
  if (!parsed.ok) return parsed;
  if (sequence < 1 || !isSequence(sequence, handlingMax)) {
    return refuse('item.invalid', `业务办理项序号应为 1—${handlingMax}：${sequence}`);
  }
  return ok(`${implementation}${String(sequence).padStart(2, '0')}`);
}

export interface HandlingCode extends ImplementationCode {
  readonly implementation: string;
  readonly sequence: number;
}

/** Refuses `item.invalid` when any of the three codes within it is wrong. */
export function parseHandlingCode(text: string): Result<HandlingCode> {
  const [implementation, last] = [text.slice(0, implementationLength), text.slice(implementationLength)];
  const parsed = parseImplementationCode(implementation);
  if (!parsed.ok) return parsed;
  const sequence = Number(last);
  if (!/^\d{2}$/.test(last) || sequence < 1) {
    return refuse('item.invalid', `业务办理项编码末两位应为 01—${handlingMax}：${text}`);
  }
  return ok({ ...parsed.value, implementation, sequence });
}
