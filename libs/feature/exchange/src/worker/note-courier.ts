import { caseCommandSchemas, caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import {
  canonicalJson,
  ok,
  refusalKind,
  type Instant,
  type Json,
  type Refusal,
  type RefusalCode,
  type Uuid,
} from '@tongban/kernel';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import { dueNotes, saveNote, type Note, type NoteProgress } from '../store/note-store.js';
import { scopeOf } from './refresh.js';
import { sideBySide } from './side-by-side.js';

const actingSubject = 'gateway';
const mostProblems = 100;
const longestCode = 100;
const longestField = 200;
const longestMessage = 1000;
const longestReceipt = 200;

/** Refusals that pass: the case is on its way to another owner, or the service is not there for a while. */
const passing: readonly RefusalCode[] = ['case.handing-over', 'case.not-owner', 'link.hops'];
export const passes = (code: RefusalCode): boolean =>
  passing.includes(code) || ['unavailable', 'busy', 'fault'].includes(refusalKind(code));

/** Brings outcomes into the journals of their cases. True when there may be more. */
export async function deliverNotes(tools: ExchangeTools): Promise<boolean> {
  const { transactor, clock } = tools;
  const scope = scopeOf(tools);
  const { notesPerRound } = limitsOf(tools);
  const due = await transactor.run((sql) => dueNotes(sql, scope, clock.now(), notesPerRound));
  // The outcomes of one case go one after the other, in their order.
  const cases = Map.groupBy(due, ({ record }) => record);
  await sideBySide([...cases.values()], limitsOf(tools).casesAtOnce, async (notes) => {
    for (const note of notes) {
      const progress = note.state === 'waiting' ? await deliver(tools, note) : await lookUp(tools, note);
      await transactor.run((sql) => saveNote(sql, scope, note, progress));
    }
  });
  return due.length === notesPerRound;
}

/** The same for the same outcome, however often it is delivered. */
export function noteKey({ node, profile }: ExchangeTools, note: Note): Uuid {
  const { record, dataVersion, outcome, attempt } = note;
  return derivedId(record, `case.reported ${node} ${profile.name} ${dataVersion} ${outcome} ${attempt}`);
}

function commandOf({ profile }: ExchangeTools, note: Note): CaseCommand {
  const { outcome, dataVersion, receipt, problems } = note;
  return caseCommandSchemas.noteReport.parse({
    ...{ type: 'noteReport', profile: profile.name, outcome, dataVersion },
    ...(receipt === null ? {} : { receipt: receipt.slice(0, longestReceipt) }),
    problems: problems.slice(0, mostProblems).map(({ code, field, message }) => ({
      code: code.slice(0, longestCode),
      field: field.slice(0, longestField),
      message: message.slice(0, longestMessage),
    })),
  });
}

async function deliver(tools: ExchangeTools, note: Note): Promise<NoteProgress> {
  const { node, commands, clock } = tools;
  const now = clock.now();
  try {
    const command = commandOf(tools, note);
    const done = await commands.execute<CaseState, CaseCommand>({
      ...{ node, key: noteKey(tools, note), recordClass: caseRecordClass, record: note.record },
      digest: sm3(Buffer.from(canonicalJson(command as unknown as Json))),
      command: () => Promise.resolve(ok(command)),
      actor: { subject: actingSubject, role: 'system', division: node },
      occurredAt: now,
    });
    if (!done.ok) return refused(tools, note, done.refusal, now);
    const requested = done.value.state === 'requested';
    const nextAt = requested ? now + limitsOf(tools).noteCheckMs : null;
    return { state: requested ? 'requested' : 'done', attempt: note.attempt, tries: 0, nextAt, code: null };
  } catch (error) {
    tools.log('warn', 'an outcome could not be noted', { record: note.record, reason: reasonOf(error) });
    return again(tools, note, now, null);
  }
}

/** What became of the request at the owner. */
async function lookUp(tools: ExchangeTools, note: Note): Promise<NoteProgress> {
  const { node, requests, transactor, clock } = tools;
  const now = clock.now();
  const { attempt } = note;
  const request = await transactor.run((sql) => requests.find(sql, node, noteKey(tools, note)));
  if (request === undefined || request.state === 'pending')
    return { state: 'requested', attempt, tries: 0, nextAt: now + limitsOf(tools).noteCheckMs, code: null };
  if (request.state === 'done') return { state: 'done', attempt, tries: 0, nextAt: null, code: null };
  const code = request.code ?? 'service.fault';
  // The key is spent on a request that was refused: the next one takes another.
  if (passes(code)) return again(tools, { ...note, attempt: attempt + 1, state: 'waiting' }, now, code);
  return given(tools, note, code);
}

function refused(tools: ExchangeTools, note: Note, { code }: Refusal, now: Instant): NoteProgress {
  return passes(code) ? again(tools, note, now, code) : given(tools, note, code);
}

function again(tools: ExchangeTools, { attempt, tries }: Note, now: Instant, code: string | null): NoteProgress {
  const { noteRetryFirstMs, noteRetryMaxMs } = limitsOf(tools);
  const nextAt = now + Math.min(noteRetryFirstMs * 2 ** Math.min(tries, 30), noteRetryMaxMs);
  return { state: 'waiting', attempt, tries: tries + 1, nextAt, code };
}

function given(tools: ExchangeTools, { record, dataVersion, attempt }: Note, code: string): NoteProgress {
  // A newer outcome is in the journal already, or the rules want none: the tables of the exchange keep it all the same.
  tools.log('warn', 'the owner refused to note an outcome', { record, dataVersion, code });
  return { state: 'refused', attempt, tries: 0, nextAt: null, code };
}
