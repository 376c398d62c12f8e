import { caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { canonicalJson, ok, unwrap, type Json } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { portalSubject } from '../intake/take-in.js';
import type { InboxHandler } from './inbox-handler.js';
import { passes } from './note-courier.js';

/** 督办: an urging in the journal of the case, under one key however often it is tried. Answered by a person later. */
export const superviseWith =
  ({ node, profile, commands, clock, sealer, log }: ExchangeTools): InboxHandler =>
  async ({ id, stage, record, sealed, due }) => {
    if (record === null || sealed === null) return { stage, done: true };
    const { content } = unwrap(await sealer.open(sealed, node));
    const command: CaseCommand = { type: 'urge', text: `省级督办：${String(content)}（请于${due ?? ''}前答复）` };
    const occurredAt = clock.now();
    try {
      const done = await commands.execute<CaseState, CaseCommand>({
        ...{ node, key: derivedId(record, `case.urged ${node} ${profile.name} ${id}`), record, occurredAt },
        recordClass: caseRecordClass,
        digest: sm3(Buffer.from(canonicalJson(command as unknown as Json))),
        command: () => Promise.resolve(ok(command)),
        actor: { subject: portalSubject, role: 'supervisor', division: node },
      });
      if (done.ok) return { stage, done: true };
      log('warn', 'the owner refused an order of the province', { record, code: done.refusal.code });
      return { stage, done: !passes(done.refusal.code) };
    } catch (error) {
      log('warn', 'an order of the province could not be passed on', { record, reason: reasonOf(error) });
      return { stage, done: false };
    }
  };
