import { call, commandHeaders, routes, type shapes } from '@tongban/console/api';
import type { Village } from './sender.js';

const itemsPerPage = 100;
const mostPages = 20;
const bytesType = { 'Content-Type': 'application/octet-stream' };

interface CaseFacts {
  readonly delivered?: object | null;
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
  async see(record) {
    const { status, closing, owner, intake, closedAt, state } = await call(routes.getCase, { path: { node, record } });
    const delivered = (state as CaseFacts).delivered;
    return { status, closing, owner, intake, closedAt, delivered: delivered !== null && delivered !== undefined };
  },
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
