import { dayNumber, localDate, type DueDate, type LocalDate } from '@tongban/domain/calendar';
import type { Instant } from '@tongban/kernel';

const fenPerYuan = 100;
const fenPerJiao = 10;
const chinaOffsetMs = 8 * 3_600_000;

/** 2026年3月2日. Throws for what is no date. */
export function spokenDate(date: LocalDate): string {
  dayNumber(date);
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
}

export const spokenDay = (at: Instant): string => spokenDate(localDate(at));

/** To the minute, in China's one time zone. */
export function spokenTime(at: Instant): string {
  const china = new Date(at + chinaOffsetMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${spokenDay(at)}${two(china.getUTCHours())}时${two(china.getUTCMinutes())}分`;
}

/** A deadline; one in a year whose holidays nobody has published yet says that it may move. */
export const spokenDue = ({ date, provisional }: DueDate): string =>
  provisional ? `${spokenDate(date)}（暂定日期：该年度放假安排尚未公布，公布后依法重新计算）` : spokenDate(date);

/** 1,234.50 for 123450 fen. */
export function yuan(amountFen: number): string {
  const [whole = '0', rest = '00'] = (amountFen / fenPerYuan).toFixed(2).split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${rest}`;
}

const numerals = '零壹贰叁肆伍陆柒捌玖';
const places = ['', '拾', '佰', '仟'];
const groups = ['', '万', '亿', '万亿'];
const groupSize = 10_000;

function capitalGroup(value: number): string {
  let text = '';
  let gap = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(value / 10 ** place) % 10;
    if (digit === 0) gap = text !== '';
    else {
      text += `${gap ? '零' : ''}${numerals[digit]}${places[place]}`;
      gap = false;
    }
  }
  return text;
}

/** A whole number of yuan in the characters that cannot be altered; '' for 0. */
function capitalWhole(value: number): string {
  let text = '';
  let gap = false;
  for (let group = groups.length - 1; group >= 0; group--) {
    const part = Math.floor(value / groupSize ** group) % groupSize;
    if (part === 0) {
      gap = text !== '';
      continue;
    }
    if (text !== '' && (gap || part < 1_000)) text += '零';
    text += capitalGroup(part) + groups[group];
    gap = false;
  }
  return text;
}

/** 人民币大写 (票据法 practice: 支付结算办法 annex 1), e.g. 壹仟伍佰元零伍分, 叁拾元整. */
export function capitalYuan(amountFen: number): string {
  if (!Number.isSafeInteger(amountFen) || amountFen < 0) throw new RangeError(`not an amount in fen: ${amountFen}`);
  const whole = capitalWhole(Math.floor(amountFen / fenPerYuan));
  const jiao = Math.floor(amountFen / fenPerJiao) % 10;
  const fen = amountFen % fenPerJiao;
  if (jiao === 0 && fen === 0) return `${whole === '' ? '零' : whole}元整`;
  const yuanPart = whole === '' ? '' : `${whole}元`;
  if (fen === 0) return `${yuanPart}${numerals[jiao]}角整`;
  if (jiao === 0) return `${yuanPart}${whole === '' ? '' : '零'}${numerals[fen]}分`;
  return `${yuanPart}${numerals[jiao]}角${numerals[fen]}分`;
}

const shownStart = 3;
const shownEnd = 2;

/** An identity or phone number as a receipt may show it that anybody may find. */
export function maskedNumber(text: string): string {
  if (text.length <= shownStart + shownEnd) return '*'.repeat(text.length);
  return text.slice(0, shownStart) + '*'.repeat(text.length - shownStart - shownEnd) + text.slice(-shownEnd);
}

/** A name with all but its first and last character hidden; of two characters the first is hidden. */
export function maskedName(name: string): string {
  const characters = [...name];
  if (characters.length <= 1) return '*';
  if (characters.length === 2) return `*${characters[1]}`;
  return `${characters[0]}${'*'.repeat(characters.length - 2)}${characters.at(-1)}`;
}
