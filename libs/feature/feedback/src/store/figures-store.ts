import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

export const figureGroups = { node: 'owner', department: 'department', item: 'item_code' } as const;
export type FigureGroup = keyof typeof figureGroups;

/** Counts by their group; rates between 0 and 1, null where there is nothing to divide by. */
export interface FeedbackFigures {
  readonly group: string;
  readonly closedCases: number;
  readonly ratedCases: number;
  /** Of those, rated by nobody but the default rule. */
  readonly defaultCases: number;
  readonly badCases: number;
  readonly coverage: number | null;
  /** 差评率: bad ratings that were not excluded, of all rated cases. */
  readonly badRate: number | null;
  readonly followUps: number;
  readonly excluded: number;
  /** 回访率 */
  readonly calledBackRate: number | null;
  /** 整改率: put right or explained, of those not excluded. */
  readonly rectifiedRate: number | null;
  readonly complaints: number;
  readonly complaintsSubstantiated: number;
  readonly consultations: number;
  readonly suggestions: number;
  readonly answered: number;
  readonly overdue: number;
  /** Of what has been answered or is past its limit: without any limit missed. */
  readonly onTimeRate: number | null;
}

/**
 * Cases that were closed and feedback that was begun in a period, both days included. Feedback withdrawn or not accepted
 * counts as received and in no rate.
 */
export const readFeedbackFigures = (
  sql: Sql,
  node: NodeCode,
  by: FigureGroup,
  from: string,
  to: string,
  today: string,
): Promise<FeedbackFigures[]> =>
  sql.query<FeedbackFigures>(
    `with rated as (
       select ${figureGroups[by]} as grp, count(*)::int as closed, count(level)::int as rated,
              count(*) filter (where channel = 'systemDefault')::int as by_default,
              count(*) filter (where is_bad)::int as bad
         from rated_case where node = $1 and closed_on between $2 and $3 group by 1),
     asked as (
       select coalesce(${figureGroups[by]}, '') as grp, kind, closing, status,
              coalesce(closing, '') not in ('notAccepted', 'withdrawn') as counts,
              state ->> 'callBack' is not null as called_back, state ->> 'disposal' is not null as disposed,
              coalesce(state ->> 'finding', '') in ('substantiated', 'partly') as substantiated, answered_on,
              cardinality(overdue) > 0 or (status not in ('answered', 'reviewed', 'closed') and not provisional
                and due < $4::date) as late
         from feedback_view where node = $1 and begun_on between $2 and $3),
     counted as (
       select grp, count(*) filter (where kind = 'ratingFollowUp')::int as follow_ups,
              count(*) filter (where closing = 'excluded')::int as excluded,
              count(*) filter (where kind = 'ratingFollowUp' and called_back)::int as called_back,
              count(*) filter (where kind = 'ratingFollowUp' and disposed and closing is distinct from 'excluded')::int
                as disposed,
              count(*) filter (where kind = 'complaint')::int as complaints,
              count(*) filter (where kind = 'complaint' and substantiated)::int as substantiated,
              count(*) filter (where kind = 'consultation')::int as consultations,
              count(*) filter (where kind = 'suggestion')::int as suggestions,
              count(answered_on)::int as answered, count(*) filter (where counts and late)::int as overdue,
              count(*) filter (where counts and (answered_on is not null or late))::int as judged
         from asked group by grp)
     select coalesce(rated.grp, counted.grp) as "group",
            coalesce(closed, 0) as "closedCases", coalesce(rated, 0) as "ratedCases",
            coalesce(by_default, 0) as "defaultCases", coalesce(bad, 0) as "badCases",
            round(rated::numeric / nullif(closed, 0), 4)::float8 as coverage,
            round(greatest(bad - coalesce(excluded, 0), 0)::numeric / nullif(rated, 0), 4)::float8 as "badRate",
            coalesce(follow_ups, 0) as "followUps", coalesce(excluded, 0) as excluded,
            round(called_back::numeric / nullif(follow_ups, 0), 4)::float8 as "calledBackRate",
            round(disposed::numeric / nullif(follow_ups - excluded, 0), 4)::float8 as "rectifiedRate",
            coalesce(complaints, 0) as complaints, coalesce(substantiated, 0) as "complaintsSubstantiated",
            coalesce(consultations, 0) as consultations, coalesce(suggestions, 0) as suggestions,
            coalesce(answered, 0) as answered, coalesce(overdue, 0) as overdue,
            round((judged - overdue)::numeric / nullif(judged, 0), 4)::float8 as "onTimeRate"
       from rated full join counted on counted.grp = rated.grp
      order by 1`,
    [node, from, to, today],
  );
