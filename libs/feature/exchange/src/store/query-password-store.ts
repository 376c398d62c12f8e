import type { Uuid } from '@tongban/kernel';
import type { ExchangeTools } from '../ports.js';
import { iso } from './scope.js';

const digits = 6;
/** A multiple of ten to the sixth below 2^32: every password is as likely as any other. */
const fairRange = 4_294_000_000;
const mostDraws = 100;

function draw({ random }: ExchangeTools): string {
  for (let draws = 0; draws < mostDraws; draws++) {
    const number = Buffer.from(random.bytes(4)).readUInt32BE(0);
    if (number < fairRange) return String(number % 10 ** digits).padStart(digits, '0');
  }
  throw new Error('the random source gives no usable numbers');
}

/**
 * The six digits with which the applicant asks the province about a case: made once, kept sealed for the gateway's node.
 * Our own query code cannot be used, because only its hash is known.
 */
export async function queryPasswordOf(tools: ExchangeTools, record: Uuid): Promise<string> {
  const { node, transactor, sealer, clock } = tools;
  const found = await transactor.run((sql) =>
    sql.query<{ sealed: string }>('select sealed from exchange_query_password where node = $1 and record = $2', [
      node,
      record,
    ]),
  );
  if (found[0] !== undefined) return openPassword(tools, found[0].sealed);
  const sealed = await sealer.seal({ password: draw(tools) }, [node]);
  const [kept] = await transactor.run((sql) =>
    // The update changes nothing: it gives back the row of whoever was first.
    sql.query<{ sealed: string }>(
      `insert into exchange_query_password as p (node, record, sealed, made_at) values ($1, $2, $3, $4)
       on conflict on constraint exchange_query_password_pk do update set made_at = p.made_at returning sealed`,
      [node, record, sealed, iso(clock.now())],
    ),
  );
  return openPassword(tools, kept!.sealed);
}

async function openPassword({ sealer, node }: ExchangeTools, sealed: string): Promise<string> {
  const opened = await sealer.open(sealed, node);
  const password = opened.ok ? opened.value['password'] : undefined;
  if (typeof password !== 'string') throw new Error('a kept query password cannot be opened');
  return password;
}
