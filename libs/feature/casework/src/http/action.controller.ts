import { Controller, Inject } from '@nestjs/common';
import { Route, type Call } from '@tongban/platform/http';
import type { CaseworkTools } from '../usecase/context.js';
import { confirmOnlinePayment, openPaymentOrder } from '../usecase/pay-online.js';
import * as routes from './action-routes.js';
import * as fees from './fee-routes.js';
import * as procedures from './procedure-routes.js';
import { act, callerOf, CASEWORK, commandAnswer, refusedBy } from './shared.js';

/** The acts on a case: each a permission (the route) and one call. */
@Controller()
export class ActionController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(routes.acceptance)
  accept(call: Call<typeof routes.acceptance>) {
    return act(this.tools, call, 'accept', call.body);
  }

  @Route(routes.nonAcceptance)
  notAccept(call: Call<typeof routes.nonAcceptance>) {
    return act(this.tools, call, 'notAccept', call.body);
  }

  @Route(routes.supplementRequest)
  requestSupplement(call: Call<typeof routes.supplementRequest>) {
    return act(this.tools, call, 'requestSupplement', call.body);
  }

  @Route(routes.supplement)
  supplement(call: Call<typeof routes.supplement>) {
    return act(this.tools, call, 'supplement', call.body);
  }

  @Route(routes.handOver)
  handOver(call: Call<typeof routes.handOver>) {
    return act(this.tools, call, 'handOver', call.body);
  }

  @Route(routes.decision)
  decide(call: Call<typeof routes.decision>) {
    return act(this.tools, call, 'decide', call.body);
  }

  @Route(routes.certificate)
  certify(call: Call<typeof routes.certificate>) {
    return act(this.tools, call, 'certify', call.body);
  }

  @Route(routes.delivery)
  deliver(call: Call<typeof routes.delivery>) {
    return act(this.tools, call, 'deliver', call.body);
  }

  @Route(routes.rating)
  rate(call: Call<typeof routes.rating>) {
    return act(this.tools, call, 'rate', call.body);
  }

  @Route(routes.withdrawal)
  withdraw(call: Call<typeof routes.withdrawal>) {
    return act(this.tools, call, 'withdraw', call.body);
  }

  @Route(routes.correction)
  correct(call: Call<typeof routes.correction>) {
    return act(this.tools, call, 'correct', call.body);
  }

  @Route(procedures.onTheSpot)
  handleOnTheSpot(call: Call<typeof procedures.onTheSpot>) {
    return act(this.tools, call, 'handleOnTheSpot', call.body);
  }

  @Route(procedures.specialProcedure)
  pause(call: Call<typeof procedures.specialProcedure>) {
    return act(this.tools, call, 'pause', call.body);
  }

  @Route(procedures.specialProcedureEnd)
  resume(call: Call<typeof procedures.specialProcedureEnd>) {
    return act(this.tools, call, 'resume', call.body);
  }

  @Route(procedures.extensionRequest)
  askExtension(call: Call<typeof procedures.extensionRequest>) {
    return act(this.tools, call, 'askExtension', call.body);
  }

  @Route(procedures.extension)
  decideExtension(call: Call<typeof procedures.extension>) {
    return act(this.tools, call, 'decideExtension', call.body);
  }

  @Route(procedures.recount)
  recount(call: Call<typeof procedures.recount>) {
    return act(this.tools, call, 'recount', call.body);
  }

  @Route(procedures.review)
  review(call: Call<typeof procedures.review>) {
    return act(this.tools, call, 'review', call.body);
  }

  @Route(procedures.urging)
  urge(call: Call<typeof procedures.urging>) {
    return act(this.tools, call, 'urge', call.body);
  }

  @Route(procedures.conference)
  callConference(call: Call<typeof procedures.conference>) {
    return act(this.tools, call, 'callConference', call.body);
  }

  @Route(procedures.conferenceOpinion)
  giveOpinion(call: Call<typeof procedures.conferenceOpinion>) {
    return act(this.tools, call, 'giveOpinion', call.body);
  }

  @Route(procedures.conferenceConclusion)
  concludeConference(call: Call<typeof procedures.conferenceConclusion>) {
    return act(this.tools, call, 'concludeConference', call.body);
  }

  @Route(fees.paymentNotice)
  issuePaymentNotice(call: Call<typeof fees.paymentNotice>) {
    return act(this.tools, call, 'issuePaymentNotice', call.body);
  }

  @Route(fees.feeExemption)
  exemptFee(call: Call<typeof fees.feeExemption>) {
    return act(this.tools, call, 'exemptFee', call.body);
  }

  @Route(fees.refund)
  refundFee(call: Call<typeof fees.refund>) {
    return act(this.tools, call, 'refundFee', call.body);
  }

  @Route(fees.payment)
  confirmPayment(call: Call<typeof fees.payment>) {
    return act(this.tools, call, 'confirmPayment', { ...call.body, method: 'counter' });
  }

  @Route(fees.paymentOrder)
  async openPaymentOrder({ node, role, person, params }: Call<typeof fees.paymentOrder>) {
    const opened = await openPaymentOrder(this.tools, { node, role, person }, params.record);
    return opened.ok ? { ...opened.value } : refusedBy(opened.refusal);
  }

  @Route(fees.onlinePayment)
  async confirmOnlinePayment(call: Call<typeof fees.onlinePayment>) {
    const caller = callerOf(call, 'confirmOnlinePayment');
    return commandAnswer(await confirmOnlinePayment(this.tools, caller, call.params.record));
  }
}
