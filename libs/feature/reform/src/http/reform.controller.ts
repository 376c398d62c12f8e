import { Controller, Inject } from '@nestjs/common';
import { roundStatusNames, scopeOf } from '@tongban/domain/reform';
import { isoInstant, ok, type Clock, type NodeCode, type Result, type Role } from '@tongban/kernel';
import { answer, Route, type Answer, type Call, type Outcome, type Person } from '@tongban/platform/http';
import { writeRoundSheet } from '../sheet/round-sheet.js';
import { reformTokens } from '../tokens.js';
import type { PublishRound } from '../usecase/publish-round.js';
import type { Command, ReformRounds, RoundView } from '../usecase/rounds.js';
import { reformRoutes as routes } from './routes.js';

@Controller()
export class ReformController {
  constructor(
    @Inject(reformTokens.rounds) private readonly rounds: ReformRounds,
    @Inject(reformTokens.publish) private readonly publishing: PublishRound,
    @Inject(reformTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(routes.begin)
  async begin(call: Call<typeof routes.begin>): Promise<Outcome<typeof routes.begin>> {
    return done(await this.rounds.begin(commandOf(call), call.body));
  }

  @Route(routes.list)
  async list({ node }: Call<typeof routes.list>): Promise<Outcome<typeof routes.list>> {
    return { rounds: (await this.rounds.list(node)).map(summaryOf) };
  }

  @Route(routes.find)
  async find({ node, params }: Call<typeof routes.find>): Promise<Outcome<typeof routes.find>> {
    const found = await this.rounds.find(node, params.round);
    return found.ok ? ok(answer(200, detailOf(found.value), { etag: found.value.state.seq })) : found;
  }

  @Route(routes.compare)
  async compare({ node, params }: Call<typeof routes.compare>): Promise<Outcome<typeof routes.compare>> {
    const compared = await this.rounds.compare(node, params.round);
    if (!compared.ok) return compared;
    const { groups, contributions, summary, ...whole } = compared.value;
    return ok({ ...whole, groups: [...groups], contributions: [...contributions], summary: [...summary] });
  }

  @Route(routes.items)
  async items({ node, params, query }: Call<typeof routes.items>): Promise<Outcome<typeof routes.items>> {
    const compared = await this.rounds.compareItems(node, params.round);
    if (!compared.ok) return compared;
    const { changed, from, limit } = query;
    const all = compared.value.filter(({ changes }) => !changed || changes.length > 0);
    const items = all.slice(from, from + limit).map(({ changes, ...item }) => ({ ...item, changes: [...changes] }));
    return ok({ total: all.length, items });
  }

  @Route(routes.sheet)
  async sheet({ node, params, person }: Call<typeof routes.sheet>): Promise<Outcome<typeof routes.sheet>> {
    const compared = await this.rounds.compareWhole(node, params.round);
    if (!compared.ok) return compared;
    const at = this.clock.now();
    const file = await writeRoundSheet(compared.value, { subject: person.subject, at });
    const headers = {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="reform-${node}-${compared.value.plan.effectiveOn}.xlsx"`,
    };
    return ok(answer(200, file, { headers }));
  }

  @Route(routes.edit)
  async edit(call: Call<typeof routes.edit>): Promise<Outcome<typeof routes.edit>> {
    const { params, body: plan, ifMatch: expected } = call;
    return done(await this.rounds.act({ ...commandOf(call), ...params, action: 'edit', plan, expected }));
  }

  @Route(routes.propose)
  async propose(call: Call<typeof routes.propose>): Promise<Outcome<typeof routes.propose>> {
    return done(
      await this.rounds.act({ ...commandOf(call), ...call.params, action: 'propose', expected: call.ifMatch }),
    );
  }

  @Route(routes.approve)
  async approve(call: Call<typeof routes.approve>): Promise<Outcome<typeof routes.approve>> {
    return done(
      await this.rounds.act({ ...commandOf(call), ...call.params, action: 'approve', expected: call.ifMatch }),
    );
  }

  @Route(routes.return)
  async return(call: Call<typeof routes.return>): Promise<Outcome<typeof routes.return>> {
    const { note } = call.body;
    const { params, ifMatch: expected } = call;
    return done(await this.rounds.act({ ...commandOf(call), ...params, action: 'return', note, expected }));
  }

  @Route(routes.discard)
  async discard(call: Call<typeof routes.discard>): Promise<Outcome<typeof routes.discard>> {
    const { note } = call.body;
    const { params, ifMatch: expected } = call;
    return done(await this.rounds.act({ ...commandOf(call), ...params, action: 'discard', note, expected }));
  }

  @Route(routes.publish)
  async publish(call: Call<typeof routes.publish>): Promise<Outcome<typeof routes.publish>> {
    const { params, traceparent } = call;
    return done(await this.publishing.publish({ ...commandOf(call), ...params, traceparent }));
  }
}

interface Caller {
  readonly node: NodeCode;
  readonly person: Person;
  readonly role: Role;
  readonly key: string;
}

const commandOf = ({ node, person, role, key }: Caller): Command => ({
  ...{ node, key },
  actor: { subject: person.subject, role, division: node },
  actorName: person.name,
});

const idOf = ({ round, state }: RoundView) => ({ round, seq: state.seq, status: state.status });

const done = (result: Result<RoundView>): Result<Answer<ReturnType<typeof idOf>>> =>
  result.ok ? ok(answer(201, idOf(result.value), { etag: result.value.state.seq })) : result;

const summaryOf = (view: RoundView) => ({
  ...idOf(view),
  statusName: roundStatusNames[view.state.status],
  title: view.state.plan.title,
  effectiveOn: view.state.plan.effectiveOn,
  items: scopeOf(view.state.plan).length,
  changes: view.state.plan.changes.length,
});

const detailOf = (view: RoundView) => ({
  ...summaryOf(view),
  plan: view.state.plan,
  ...(view.state.approvedBy === undefined ? {} : { approvedBy: view.state.approvedBy }),
  history: view.entries.map(({ seq, action, at, actor, actorName, note }) => {
    const name = actorName === undefined ? {} : { name: actorName };
    const entry = { seq, action, at: isoInstant(at), subject: actor.subject, ...name, role: actor.role };
    return note === undefined ? entry : { ...entry, note };
  }),
});
