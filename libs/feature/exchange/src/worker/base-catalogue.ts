import { baseLinesOf, readBaseLine } from '@tongban/domain/exchange';
import { derivedId } from '@tongban/federation/nest';
import { refusalKind, unwrap, type JsonObject } from '@tongban/kernel';
import type { BaseCatalogue, ExchangeTools } from '../ports.js';
import { notYet, refusedWith, type InboxHandler } from './inbox-handler.js';

interface LineProblem {
  readonly line: number;
  readonly code: string;
  readonly text: string;
}

/**
 * 基本目录: each line is published by the province's node by itself, so that a wrong one holds none of the others up. A
 * version that is held with the same content changes nothing.
 */
export const publishWith =
  ({ sealer, node, log }: ExchangeTools, catalogue: BaseCatalogue): InboxHandler =>
  async (order) => {
    const opened = unwrap(await sealer.open(order.sealed!, node));
    const lines = baseLinesOf(opened['content'] as JsonObject);
    if (!lines.ok) return refusedWith(lines.refusal);
    const problems: LineProblem[] = [];
    for (const [line, given] of lines.value.entries()) {
      const base = readBaseLine(given);
      const done = base.ok ? await catalogue.publish(derivedId(order.id, `base catalogue ${line}`), base.value) : base;
      if (done.ok) continue;
      const { code, detail } = done.refusal;
      if (['unavailable', 'busy', 'fault'].includes(refusalKind(code))) {
        log('warn', 'the base catalogue could not be published', { code });
        return notYet;
      }
      problems.push({ line, code, text: detail });
    }
    const answer = problems.length === 0 ? {} : { lines: problems.map((problem) => ({ ...problem })) };
    if (problems.length < lines.value.length) return { stage: 'accepted', done: true, answer };
    const text = '基本目录没有一行可以采用';
    return { stage: 'refused', done: true, code: problems[0]!.code, answer: { ...answer, text } };
  };
