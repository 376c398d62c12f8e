import { Controller, Inject } from '@nestjs/common';
import type { NodeCode } from '@tongban/kernel';
import { Route, type Call } from '@tongban/platform/http';
import { FEEDBACK, type FeedbackTools } from '../ports.js';
import { actOnFeedback, type ActFields, type FeedbackAct } from '../usecase/act-on-feedback.js';
import { callerOf, commandAnswer } from './caller.js';
import * as routes from './routes.js';

type ActCall = Parameters<typeof callerOf>[0] & {
  readonly node: NodeCode;
  readonly params: { readonly record: string };
  readonly ifMatch: number | undefined;
};

/** The acts on feedback: each a permission (the route) and one call. */
@Controller()
export class FeedbackActController {
  constructor(@Inject(FEEDBACK) private readonly tools: FeedbackTools) {}

  @Route(routes.acceptance)
  acceptance(call: Call<typeof routes.acceptance>) {
    return act(this.tools, call, 'accept', call.body);
  }

  @Route(routes.nonAcceptance)
  nonAcceptance(call: Call<typeof routes.nonAcceptance>) {
    return act(this.tools, call, 'notAccept', call.body);
  }

  @Route(routes.forwarding)
  forwarding(call: Call<typeof routes.forwarding>) {
    return act(this.tools, call, 'forward', call.body);
  }

  @Route(routes.assignment)
  assignment(call: Call<typeof routes.assignment>) {
    return act(this.tools, call, 'assign', call.body);
  }

  @Route(routes.callBack)
  callBack(call: Call<typeof routes.callBack>) {
    return act(this.tools, call, 'callBack', call.body);
  }

  @Route(routes.classification)
  classification(call: Call<typeof routes.classification>) {
    return act(this.tools, call, 'classify', call.body);
  }

  @Route(routes.exclusion)
  exclusion(call: Call<typeof routes.exclusion>) {
    return act(this.tools, call, 'decideExclusion', call.body);
  }

  @Route(routes.rectification)
  rectification(call: Call<typeof routes.rectification>) {
    return act(this.tools, call, 'rectify', call.body);
  }

  @Route(routes.explanation)
  explanation(call: Call<typeof routes.explanation>) {
    return act(this.tools, call, 'explain', call.body);
  }

  @Route(routes.investigation)
  investigation(call: Call<typeof routes.investigation>) {
    return act(this.tools, call, 'investigate', call.body);
  }

  @Route(routes.answer)
  answer(call: Call<typeof routes.answer>) {
    return act(this.tools, call, 'answer', call.body);
  }

  @Route(routes.review)
  review(call: Call<typeof routes.review>) {
    return act(this.tools, call, 'review', call.body);
  }

  @Route(routes.closure)
  closure(call: Call<typeof routes.closure>) {
    return act(this.tools, call, 'close', call.body);
  }

  @Route(routes.extension)
  extension(call: Call<typeof routes.extension>) {
    return act(this.tools, call, 'extend', call.body);
  }

  @Route(routes.publication)
  publication(call: Call<typeof routes.publication>) {
    return act(this.tools, call, 'publish', call.body);
  }
}

async function act<T extends FeedbackAct>(tools: FeedbackTools, call: ActCall, type: T, fields: ActFields<T>) {
  const caller = callerOf(call, call.node, type);
  return commandAnswer(await actOnFeedback(tools, caller, call.params.record, type, fields, call.ifMatch));
}
