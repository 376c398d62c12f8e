import { call, commandHeaders, routes, type shapes } from '@tongban/console/api';
import type { Sight } from './facts.js';
import type { Village } from './sender.js';

const itemsPerPage = 100;
const mostPages = 20;
const bytesType = { 'Content-Type': 'application/octet-stream' };

/** What is read of a case's state, which the interface describes as open. */
interface CaseFacts {
  readonly delivered?: object | null;
  readonly mandate?: string | null;
  readonly supplements?: readonly { readonly noticeNumber: string; readonly materials: readonly string[] }[];
}

const requestOf = (answer: shapes.CommandDone | shapes.CommandRequested): string | undefined =>
  'request' in answer ? answer.request : undefined;

/** What the village told of a case, as the phone keeps it. */
export function sightOf(told: shapes.Case): Sight {
  const { status, closing, owner, intake, closedAt } = told;
  const { delivered, mandate, supplements = [] } = told.state as CaseFacts;
  const notice = status === 'supplementing' ? supplements.at(-1) : undefined;
  return {
    ...{ status, closing, owner, intake, closedAt, mandate: mandate ?? undefined },
    delivered: delivered !== null && delivered !== undefined,
    notice: notice === undefined ? undefined : { number: notice.noticeNumber, materials: notice.materials },
  };
}

/** The village's interface by the generated client. */
export const villageAt = (node: string): Village => ({
  version: async (code) => (await call(routes.getItem, { path: { node, code } })).version,
  held: (digest) => call(routes.getUploadedPart, { path: { node, digest } }),
  piece: (digest, size, offset, bytes) =>
    call(routes.uploadPart, {
      path: { node, digest },
      query: { size, offset },
      body: new Blob([bytes]),
      headers: bytesType,
    }),
  async register({ digest, size, mediaType, key }) {
    await call(routes.registerUpload, { path: { node, digest }, body: { size, mediaType, key } });
  },
  async grant(body, key) {
    return (await call(routes.grantMandate, { path: { node }, headers: commandHeaders(key), body })).record;
  },
  async submit(body, key) {
    const { record, number, queryCode } = await call(routes.submitCase, {
      path: { node },
      headers: commandHeaders(key),
      body,
    });
    return { record, number, queryCode };
  },
  async supplement(record, body, key) {
    const options = { path: { node, record }, headers: commandHeaders(key), body };
    return requestOf(await call(routes.supplementCase, options));
  },
  async deliver(record, body, key) {
    const options = { path: { node, record }, headers: commandHeaders(key), body };
    return requestOf(await call(routes.deliverResult, options));
  },
  answer: (request) => call(routes.getRequest, { path: { node, request } }),
  see: async (record) => sightOf(await call(routes.getCase, { path: { node, record } })),
});

/** Everything that an agent may submit here for persons, as the village lists it now. */
export async function offeredItems(node: string): Promise<shapes.ItemSummary[]> {
  const items: shapes.ItemSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = { limit: itemsPerPage, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await call(routes.listItems, { path: { node }, query });
    items.push(...answer.items.filter(isForAgents));
    if (answer.next === undefined) break;
    cursor = answer.next;
  }
  return items;
}

const isForAgents = ({ powers, presenceRequired, audience }: shapes.ItemSummary): boolean =>
  powers.includes('submit') && !presenceRequired && audience.includes('naturalPerson');
