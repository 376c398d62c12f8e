import { ok, refuse } from '@tongban/kernel';
import { accept } from './acceptance.js';
import { certify, decide } from './decision.js';
import type { Decider } from './context.js';
import { draft } from './entry-schemas.js';

/**
 * 即办: accepted, decided, certified and handed over in one sitting by one person, where the whole route ends at this
 * node. Each step is written as if it had been taken alone, with the document that it issues.
 */
export const handleOnTheSpot: Decider<'handleOnTheSpot'> = (state, command, context) => {
  const { route, item, owner } = state;
  if (item.regime !== 'onTheSpot') return refuse('case.regime', '只有即办件可以当场办结', { regime: item.regime });
  const elsewhere = [route.accept, route.decide, route.certify].find((node) => node !== owner);
  if (elsewhere !== undefined) return refuse('case.power', '本级没有全部办理权限，不能当场办结', { node: elsewhere });
  const { sequences, catalogue, handlerName, opinion, method, recipient, validTo } = command;
  const named = handlerName === undefined ? {} : { handlerName };
  const taken = accept(state, { type: 'accept', sequence: sequences.accept, catalogue }, context);
  if (!taken.ok) return taken;
  const approval = { type: 'decide', sequence: sequences.decide, outcome: 'approve', opinion } as const;
  const decided = decide(state, approval, context);
  if (!decided.ok) return decided;
  const validity = validTo === undefined ? {} : { validTo };
  const made =
    item.resultKind === 'none'
      ? ok([])
      : certify(state, { type: 'certify', sequence: sequences.certify, ...validity }, context);
  if (!made.ok) return made;
  const handed = draft('case.delivered', { method, deliveredAt: context.occurredAt }, { recipient, ...named });
  // The first entry gets the name where it is written down; the others would be nobody's.
  const signed = [...decided.value, ...made.value].map((each) =>
    handlerName === undefined ? each : { ...each, sealed: { ...each.sealed, handlerName } },
  );
  return ok([...taken.value, ...signed, handed]);
};
