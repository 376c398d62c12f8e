import { addDays, addYears, localDate, type LocalDate } from '@tongban/domain/calendar';
import type { Closing } from '@tongban/domain/casework';
import { ok, refuse, type Instant, type Result } from '@tongban/kernel';

/** How long the papers of a closed case are kept, and the law that says so. */
interface Term {
  readonly years?: number;
  readonly days?: number;
  readonly basis: string;
}

const archived =
  '《中华人民共和国个人信息保护法》第四十七条第二款、《机关文件材料归档范围和文书档案保管期限规定》（国家档案局令第8号）';
/** Archives of ten years are the shortest kind. */
const archiveYears = 10;

/**
 * From closing, by how the case was closed. What was decided is archived; what was refused at the door is kept until nobody
 * can contest it any more; what the applicant took back has served its purpose (PIPL 47(1)(1)).
 */
export const retentionTerms: Readonly<Record<Closing, Term>> = {
  certified: { years: archiveYears, basis: archived },
  approved: { years: archiveYears, basis: archived },
  refused: { years: archiveYears, basis: archived },
  notAccepted: {
    days: 184,
    basis: '《中华人民共和国行政诉讼法》第四十六条（六个月起诉期限内须保存证据）',
  },
  withdrawn: { days: 0, basis: '《中华人民共和国个人信息保护法》第四十七条第一款第一项' },
};

export interface Erasability {
  /** The first day on which erasing is lawful. */
  readonly from: LocalDate;
  readonly basis: string;
}

export interface ClosedCase {
  readonly closing: Closing | null;
  readonly closedAt: Instant | null;
}

/** Whether the papers of a case may be destroyed on a day. Refusals: privacy.case-open, privacy.retention (from, basis). */
export function checkErasable({ closing, closedAt }: ClosedCase, now: Instant): Result<Erasability> {
  if (closing === null || closedAt === null)
    return refuse(
      'privacy.case-open',
      '办件尚在办理，申请资料是履行法定职责所必需（《中华人民共和国个人信息保护法》第十三条第一款第三项）',
    );
  const { years = 0, days = 0, basis } = retentionTerms[closing];
  const from = addDays(addYears(localDate(closedAt), years), days);
  return localDate(now) >= from
    ? ok({ from, basis })
    : refuse('privacy.retention', `依${basis}，申请资料须保存至 ${from}，期满后可以删除`, { from, basis });
}
