import { refuse, type Result } from '@tongban/kernel';
import type { CaseCommandOf } from './command-schemas.js';
import type { CaseContext } from './context.js';

/** How the applicant reached us decides who may write it down and what has to be known. */
export function channelRefusal(
  { channel, caller, callbackChecked, preReview }: CaseCommandOf<'submit'>,
  { actor }: CaseContext,
): Result<never> | undefined {
  if (channel === 'kiosk' && actor.role !== 'resident')
    return refuse('case.channel', '自助终端申请由申请人本人发起', { role: actor.role });
  if ((channel === 'province') !== (actor.role === 'system'))
    return refuse('case.channel', '省级平台的申请由省级前置送达', { role: actor.role });
  if (channel === 'phone' && actor.role !== 'clerk')
    return refuse('case.channel', '电话申请由接听的窗口人员登记', { role: actor.role });
  if (channel === 'phone' && caller === undefined) return refuse('case.channel', '电话申请须登记来电人');
  if (channel === 'phone' && callbackChecked !== true)
    return refuse('case.callback-unchecked', '须回拨核实来电号码后方可登记电话申请');
  if (channel !== 'phone' && (caller !== undefined || callbackChecked !== undefined))
    return refuse('request.invalid', '只有电话申请登记来电人', { channel });
  if (preReview === true && channel !== 'online' && channel !== 'agent')
    return refuse('case.channel', '网上预审只适用于网上申请和代办申请', { channel });
  return undefined;
}
