import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { trustLevels } from '@tongban/domain/casework';
import { refuse } from '@tongban/kernel';
import { Route, type Call } from '@tongban/platform/http';
import { applicantRefOf } from '../applicant-ref.js';
import { checkEntrusted } from '../usecase/agency.js';
import type { CaseworkTools } from '../usecase/context.js';
import { findKnown } from '../usecase/known-materials.js';
import { repinCases } from '../usecase/repin-cases.js';
import * as routes from './reception-routes.js';
import { act, callerOf, CASEWORK, refusedBy } from './shared.js';

/** How cases come in, what they are given, and which version they follow. */
@Controller()
export class ReceptionController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(routes.reception)
  receive(call: Call<typeof routes.reception>) {
    return act(this.tools, call, 'receive', call.body);
  }

  @Route(routes.confirmation)
  confirm(call: Call<typeof routes.confirmation>) {
    return act(this.tools, call, 'confirm', call.body);
  }

  @Route(routes.preReview)
  answerPreReview(call: Call<typeof routes.preReview>) {
    return act(this.tools, call, 'answerPreReview', call.body);
  }

  @Route(routes.formalApplication)
  applyFormally(call: Call<typeof routes.formalApplication>) {
    return act(this.tools, call, 'applyFormally', call.body);
  }

  @Route(routes.serviceMark)
  markService(call: Call<typeof routes.serviceMark>) {
    return act(this.tools, call, 'markService', call.body);
  }

  @Route(routes.itemVersion)
  repin(call: Call<typeof routes.itemVersion>) {
    return act(this.tools, call, 'repin', call.body);
  }

  @Route(routes.repins)
  async repins(call: Call<typeof routes.repins>) {
    const moved = await repinCases(this.tools, callerOf(call, 'repins'), call.body);
    return moved.ok ? { cases: moved.value.map((each) => ({ ...each })) } : refusedBy(moved.refusal);
  }

  @Route(routes.knownMaterials)
  async knownMaterials({ node, role, person, body }: Call<typeof routes.knownMaterials>) {
    const caller = { node, role, person };
    const { item, identityType, identityNumber } = body;
    if (role === 'agent') {
      const entrusted = await checkEntrusted(this.tools, caller, { mandate: body.mandate, item, identityNumber });
      if (!entrusted.ok) return refusedBy(entrusted.refusal);
    }
    const { items, secrets, clock, transactor } = this.tools;
    const routed = items.route(node, item, localDate(clock.now()));
    if (!routed.ok) return refusedBy(routed.refusal);
    const { code, version } = routed.value.pin;
    const wanted = await items.findMaterials(node, code, version);
    if (wanted === undefined) return refuse('item.version-not-held', `本级没有事项 ${code} 的现行版本`);
    const applicantRef = applicantRefOf(secrets, node, identityType, identityNumber);
    const offers = await transactor.run((sql) => findKnown(this.tools, sql, caller, { applicantRef, wanted }));
    return {
      materials: offers.map(({ material, trust, file, certificateNumber }) => ({
        ...{ material, trust, meaning: trustLevels[trust], reusable: file !== undefined },
        certificateNumber: certificateNumber ?? null,
      })),
    };
  }
}
