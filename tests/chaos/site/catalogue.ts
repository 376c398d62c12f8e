import { catalogueIndexSchema, isOffered, parseCatalogueParts } from '@tongban/domain/catalogue';
import { powersAt } from '@tongban/domain/delegation';
import { isNodeCode, isWithin, unwrap, type NodeCode } from '@tongban/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cityCode } from '../../e2e/city.js';
import { unexpected, type Answer } from '../../e2e/http.js';
import { usernameOf, type Office, type Station } from '../../e2e/office.js';
import { chinaDay, offeredCodes } from '../../e2e/papers.js';
import { until } from '../../e2e/wait.js';

const spreadTimeoutMs = 240_000;

/** Nodes of one host have one view of the catalogue; to ask all of a city's would be too many requests a minute. */
const mostAsked = 200;

/** Publishes the demonstration's catalogue at the city and waits until villages and townships offer all of it that is theirs. */
export async function publishCatalogue(office: Office, root: string, stations: readonly Station[]): Promise<void> {
  const directory = join(root, 'deploy', 'catalogue');
  const read = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
  const { files } = catalogueIndexSchema.parse(read('index.json'));
  const all = unwrap(parseCatalogueParts(files.map((name) => ({ name, json: read(name) }))));
  const city = cityCode as NodeCode;
  const delegations = all.delegations.filter(({ to }) => !isNodeCode(to) || isWithin(to, city));
  const by = usernameOf('catalogue-manager', city);
  const answer = await office.command(by, city, '/catalogue', { ...all, delegations });
  if (![200, 201, 202].includes(answer.status)) throw unexpected('the catalogue', answer);
  await approveIfAsked(office, city, answer.json ?? {});
  const on = chinaDay();
  const nodes = [...new Set(stations.flatMap(({ village, township }) => [village, township]))];
  const every = Math.ceil(nodes.length / mostAsked);
  for (const node of nodes.filter((_node, place) => place % every === 0)) {
    const due = all.items.filter((item) => isOffered(item, on) && powersAt(node, item, delegations, on).length > 0);
    await until(`${due.length} items at ${node}`, spreadTimeoutMs, async () =>
      (await offeredCodes(office, node)).length >= due.length ? true : undefined,
    );
  }
}

/** A large publication is only put forward: a second person approves it. */
async function approveIfAsked(
  office: Office,
  city: NodeCode,
  { proposal, seq }: NonNullable<Answer['json']>,
): Promise<void> {
  if (proposal === undefined) return;
  const path = `/proposals/${String(proposal)}/approval`;
  const condition = { 'if-match': `"${String(seq)}"` };
  const answer = await office.command(usernameOf('reviewer', city), city, path, {}, condition);
  if (answer.status !== 201 && answer.status !== 200) throw unexpected('the approval of the catalogue', answer);
}
