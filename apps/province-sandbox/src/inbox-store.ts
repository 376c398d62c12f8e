import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';

/** Answers to what this platform sends down, by kind of message and in the order in which they may follow each other. */
export const replySchema = z
  .object({
    id: z.uuid(),
    outcome: z.enum(['received', 'unknown', 'unsupported', 'answered', 'accepted', 'refused']),
    text: z.string().max(2000).optional(),
    code: z.string().max(64).optional(),
    number: z.string().max(64).optional(),
    querycode: z
      .string()
      .regex(/^\d{6}$/)
      .optional(),
    lines: z
      .array(z.object({ line: z.int().min(0), code: z.string().max(64), text: z.string().max(1000) }))
      .max(500)
      .optional(),
  })
  .superRefine(({ outcome, text, code, number }, context) => {
    if (outcome === 'answered' && (text ?? '') === '') context.addIssue({ code: 'custom', message: '答复须有内容' });
    if (outcome === 'refused' && (code ?? '') === '') context.addIssue({ code: 'custom', message: '不予收件须有原因' });
    if (outcome !== 'accepted' && number !== undefined)
      context.addIssue({ code: 'custom', message: '只有收件才有办件编号' });
  });
export type InboxReply = z.infer<typeof replySchema>;

const plantedFile = z.object({
  material_code: z.string(),
  file_name: z.string(),
  media_type: z.string(),
  /** Base64. */
  content: z.base64(),
});
export const plantedSchema = z.looseObject({
  id: z.uuid(),
  kind: z.string(),
  files: z.array(plantedFile).max(50).optional(),
});
export type Planted = z.infer<typeof plantedSchema>;

/** A paper with what the receiver checks it by. */
export function described({ content, ...file }: z.infer<typeof plantedFile>) {
  const bytes = Buffer.from(content, 'base64');
  return { bytes, about: { ...file, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } };
}

export async function plant(pool: Pool, { files, profile: _profile, ...message }: Planted): Promise<object> {
  const papers = (files ?? []).map(described);
  const full = { ...message, ...(files === undefined ? {} : { materials: papers.map(({ about }) => about) }) };
  await pool.query('insert into inbox (id, message) values ($1, $2)', [message.id, full]);
  for (const [place, { bytes }] of papers.entries())
    await pool.query('insert into inbox_file (id, place, content) values ($1, $2, $3)', [message.id, place, bytes]);
  return full;
}

export interface InboxMessage {
  readonly position: number;
  readonly message: Readonly<Record<string, unknown>>;
}

export async function messagesBehind(pool: Pool, after: number, limit: number): Promise<InboxMessage[]> {
  const { rows } = await pool.query<InboxMessage>(
    'select position::float8 as position, message from inbox where position > $1 order by position limit $2',
    [after, limit],
  );
  return rows;
}

export async function fileOf(pool: Pool, id: string, place: number): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ content: Buffer }>(
    'select content from inbox_file where id = $1 and place = $2',
    [id, place],
  );
  return rows[0]?.content;
}

/** Keeps an answer; the first of an outcome stays. False for a message that nobody was sent. */
export async function keepReply(pool: Pool, { id, outcome, text, ...rest }: InboxReply): Promise<boolean> {
  const known = await pool.query('select 1 from inbox where id = $1', [id]);
  if (known.rows.length === 0) return false;
  await pool.query(
    `insert into inbox_reply (id, outcome, text, rest) values ($1, $2, $3, $4)
     on conflict on constraint inbox_reply_pk do nothing`,
    [id, outcome, text ?? null, rest],
  );
  return true;
}

export async function repliesInOrder(pool: Pool): Promise<object[]> {
  const { rows } = await pool.query<{ id: string; outcome: string; text: string | null; rest: object }>(
    'select id, outcome, text, rest from inbox_reply order by number',
  );
  return rows.map(({ rest, ...reply }) => ({ ...reply, ...rest }));
}
