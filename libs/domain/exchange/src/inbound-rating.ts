import { ok, refuse, type Instant, type JsonObject, type Result } from '@tongban/kernel';
import { z } from 'zod';
import type { RatingChannel, Satisfaction } from './neutral.js';
import type { ProfileCodes } from './profile-codes.js';
import { meaningOf } from './tables.js';

/** A rating that somebody left on the provincial portal. */
export interface ProvinceRating {
  /** Number of the case as the province knows it. */
  readonly number: string;
  readonly level: Satisfaction;
  readonly channel: RatingChannel;
  readonly reasonCodes: readonly string[];
  readonly text?: string;
  readonly ratedAt: Instant;
}

const mostReasons = 20;
const longestText = 1000;

const columns = z.object({
  projectno: z.string().min(1).max(50),
  satisfaction: z.string(),
  pf: z.string(),
  eval_detail: z.string().max(1000).nullish(),
  writing_evaluation: z.string().nullish(),
  assess_time: z.iso.datetime({ offset: true }),
  /** 1 首次, 2 二次: the second word of a bad rating belongs to its follow-up, not to the case. */
  assess_number: z.enum(['1', '2']).optional(),
});

const invalid = (fields: readonly string[]): Result<never> =>
  refuse('request.invalid', `评价的 ${fields.join('、')} 不正确`, { fields: [...fields] });

/**
 * What a message of the kind `rating` says, by the numbering of the national rating interface (5 is the best). Refuses with
 * request.invalid and the columns at fault, and with case.rated where it is a second rating.
 */
export function readRating(content: JsonObject, codes: ProfileCodes): Result<ProvinceRating> {
  const read = columns.safeParse(content);
  if (!read.success) return invalid([...new Set(read.error.issues.map(({ path }) => path.join('.')))]);
  const { data } = read;
  const level = meaningOf(codes.ratingSatisfaction, data.satisfaction);
  const channel = meaningOf(codes.ratingChannel, data.pf);
  if (level === undefined) return invalid(['satisfaction']);
  if (channel === undefined || channel === 'systemDefault') return invalid(['pf']);
  const reasonCodes = (data.eval_detail ?? '').split(',').filter((code) => code !== '');
  if (reasonCodes.length > mostReasons || reasonCodes.some((code) => !/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(code)))
    return invalid(['eval_detail']);
  const text = data.writing_evaluation?.trim() ?? '';
  if (!text.isWellFormed() || Array.from(text).length > longestText) return invalid(['writing_evaluation']);
  if (data.assess_number === '2') return refuse('case.rated', '该件已评价，整改后的再次评价请由回访渠道提交');
  return ok({
    ...{ number: data.projectno, level, channel, reasonCodes, ratedAt: Date.parse(data.assess_time) },
    ...(text === '' ? {} : { text }),
  });
}

/** What a rating may be held against of its case. */
export interface RatedCase {
  /** Null while the case is open. */
  readonly closedAt: Instant | null;
  /** When the default rating was written; null where none was. */
  readonly defaultRatedAt: Instant | null;
}

/** Refuses with case.state before the case has ended, with exchange.rating-late after the default rating was written. */
export function checkRatingTime({ ratedAt }: ProvinceRating, { closedAt, defaultRatedAt }: RatedCase): Result<void> {
  if (closedAt === null || ratedAt < closedAt) return refuse('case.state', '办件尚未办结，不能评价');
  return defaultRatedAt !== null && ratedAt > defaultRatedAt
    ? refuse('exchange.rating-late', '评价期限已过，系统已作默认评价')
    : ok(undefined);
}
