import { ok, refuse, type NodeCode, type RecordRules } from '@tongban/kernel';
import type { Sql } from '@tongban/journal';
import type { ProjectionChange, RecordClassBinding } from './binding.js';

/** A class of records as small as can be: lines that are added, and a hand-over. */
export interface Note {
  readonly lines: readonly string[];
  readonly handlers: readonly NodeCode[];
}

export type NoteCommand =
  | {
      readonly type: 'begin';
      readonly text: string;
      readonly handlers: readonly NodeCode[];
      readonly offerTo?: NodeCode;
    }
  | { readonly type: 'add'; readonly text: string; readonly secret?: string }
  | { readonly type: 'offer'; readonly to: NodeCode };

/** A bug that an upgrade mends. */
export const broken = { folding: false };

const rules: RecordRules<Note, NoteCommand> = {
  recordClass: 'case',
  evolve(state, entry) {
    const facts = entry.facts as { text?: string; handlers?: NodeCode[] };
    if (facts.text === 'unfoldable' && broken.folding) throw new TypeError('the fold has a bug');
    const base = state ?? { lines: [], handlers: facts.handlers ?? [] };
    return facts.text === undefined ? base : { ...base, lines: [...base.lines, facts.text] };
  },
  decide(_state, command) {
    const offer = (to: NodeCode) => ({ type: 'record.offered', version: 1, facts: { to } });
    switch (command.type) {
      case 'begin': {
        const first = { type: 'note.begun', version: 1, facts: { text: command.text, handlers: command.handlers } };
        return ok(command.offerTo === undefined ? [first] : [first, offer(command.offerTo)]);
      }
      case 'add': {
        if (command.text === 'break the rules') throw new TypeError('a rule has a bug');
        if (command.text === 'refuse me') return refuse('case.state', 'as asked');
        const line = { type: 'note.added', version: 1, facts: { text: command.text } };
        if (command.secret === undefined) return ok([line]);
        const secret = command.text === 'twice' ? command.secret.repeat(2) : command.secret;
        return ok([{ ...line, sealed: { secret } }]);
      }
      case 'offer':
        return ok([offer(command.to)]);
    }
  },
};

export const noteTable = `create table note (node text, record uuid, state json, primary key (node, record))`;

export const noteBinding: RecordClassBinding<Note, NoteCommand> = {
  rules,
  knows: (type, version) => type.startsWith('note.') && version === 1,
  check: () => ok(undefined),
  parseCommand: (json) => ok(json as unknown as NoteCommand),
  guard: () => Promise.resolve(ok(undefined)),
  recipients: (state) => state.handlers,
  async load(sql: Sql, node, records) {
    const rows = await sql.query<{ record: string; state: Note }>(
      'select record, state from note where node = $1 and record = any($2)',
      [node, records],
    );
    return new Map(rows.map((row) => [row.record, row.state]));
  },
  async save(sql: Sql, node, changes: readonly ProjectionChange<Note>[]) {
    await sql.query(
      `insert into note select $1, r, s::json from unnest($2::uuid[], $3::text[]) as u(r, s)
       on conflict (node, record) do update set state = excluded.state`,
      [node, changes.map((change) => change.record), changes.map((change) => JSON.stringify(change.state))],
    );
  },
};
