import { Controller, Inject } from '@nestjs/common';
import { jointTemplates } from '@tongban/domain/joint';
import { isoInstant, refuse, tierOf, type Result } from '@tongban/kernel';
import type { CommandOutcome } from '@tongban/federation/nest';
import { answer, encodeCursor, Route, type Call } from '@tongban/platform/http';
import type { JointTools } from '../ports.js';
import { findJoint, listJoints } from '../store/joint-store.js';
import { readTroubles } from '../store/trouble-store.js';
import { actOnJoint, type JointActionFields, type JointActionType } from '../usecase/act-on-joint.js';
import { advanceJoint } from '../usecase/advance.js';
import { openJoint, templateAt } from '../usecase/open-joint.js';
import * as routes from './joint-routes.js';
import { callerOf, commandAnswer, JOINT } from './shared.js';
import { detailOf, summaryOf, templateDetail, templateSummary } from './views.js';

type ActCall = Parameters<typeof callerOf>[0] & {
  readonly params: { readonly record: string };
  readonly ifMatch: number | undefined;
};

/** Joint cases: each route a permission and one call. What an act sets free is submitted before it is answered. */
@Controller()
export class JointController {
  constructor(@Inject(JOINT) private readonly tools: JointTools) {}

  @Route(routes.opening)
  async open(call: Call<typeof routes.opening>) {
    const opened = await openJoint(this.tools, callerOf(call, 'openJoint'), call.body);
    if (!opened.ok) return refuse(opened.refusal.code, opened.refusal.detail, opened.refusal.params);
    const { record, seq } = opened.value;
    await advanceJoint(this.tools, call.node, record);
    return answer(201, { record, state: 'done' as const, seq: seq! }, { etag: seq! });
  }

  @Route(routes.list)
  async list({ node, query }: Call<typeof routes.list>) {
    const { status, cursor, limit } = query;
    const rows = await this.tools.transactor.run((sql) => listJoints(sql, node, status, cursor, limit));
    const last = rows.at(-1);
    const next =
      last === undefined || rows.length < limit
        ? null
        : encodeCursor({ at: isoInstant(last.state.openedAt), record: last.record });
    return { cases: rows.map((row) => summaryOf(this.tools, row)), next };
  }

  @Route(routes.one)
  async one({ node, params }: Call<typeof routes.one>) {
    const found = await this.tools.transactor.run(async (sql) => {
      const row = await findJoint(sql, node, params.record);
      return row === undefined ? undefined : { row, troubles: await readTroubles(sql, node, params.record) };
    });
    if (found === undefined) return refuse('joint.unknown', '本级没有这个联办件');
    return answer(200, detailOf(this.tools, found.row, found.troubles), { etag: found.row.seq });
  }

  @Route(routes.stage)
  openStage(call: Call<typeof routes.stage>) {
    return act(this.tools, call, 'openStage', call.body);
  }

  @Route(routes.restart)
  restart(call: Call<typeof routes.restart>) {
    return act(this.tools, call, 'restartBranch', { ...call.body, branch: call.params.branch });
  }

  @Route(routes.inspection)
  callInspection(call: Call<typeof routes.inspection>) {
    return act(this.tools, call, 'callInspection', call.body);
  }

  @Route(routes.finding)
  recordFinding(call: Call<typeof routes.finding>) {
    return act(this.tools, call, 'recordFinding', call.body);
  }

  @Route(routes.inspectionConclusion)
  concludeInspection(call: Call<typeof routes.inspectionConclusion>) {
    return act(this.tools, call, 'concludeInspection', call.body);
  }

  @Route(routes.conclusion)
  conclude(call: Call<typeof routes.conclusion>) {
    return act(this.tools, call, 'conclude', call.body);
  }

  @Route(routes.withdrawal)
  withdraw(call: Call<typeof routes.withdrawal>) {
    return act(this.tools, call, 'withdraw', call.body);
  }

  @Route(routes.templates)
  templates({ node }: Call<typeof routes.templates>) {
    return { templates: jointTemplates.filter(({ leadTier }) => leadTier === tierOf(node)).map(templateSummary) };
  }

  @Route(routes.template)
  template({ node, params, query }: Call<typeof routes.template>) {
    const found = templateAt(node, params.code);
    if (!found.ok) return refuse(found.refusal.code, found.refusal.detail, found.refusal.params);
    return templateDetail(this.tools, node, found.value, query.chosen?.split(',') ?? []);
  }
}

async function act<T extends JointActionType>(tools: JointTools, call: ActCall, type: T, fields: JointActionFields<T>) {
  const { node, params, ifMatch } = call;
  const acted: Result<CommandOutcome> = await actOnJoint(
    tools,
    callerOf(call, type),
    params.record,
    type,
    fields,
    ifMatch,
  );
  if (acted.ok && acted.value.state === 'done') await advanceJoint(tools, node, params.record);
  return commandAnswer(acted);
}
