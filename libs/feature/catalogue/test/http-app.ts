import type { NodeCode } from '@tongban/kernel';
import { openOffice, type Caller, type OfficeParts, type TestOffice } from '@tongban/testkit';
import type { LightMyRequestResponse } from 'fastify';
import { catalogueModule, openCatalogue, type Catalogue, type CatalogueOptions } from '../src/catalogue.module.js';
import type { RunningCases } from '../src/ports.js';
import { catalogueMigrations } from '../src/store/migrations.js';

export interface TestApp extends TestOffice {
  readonly host: Catalogue;
  /** What the casework of this host would count; filled by a test. */
  readonly running: Map<string, readonly RunningCases[]>;
  /** Another catalogue over the same database, as a restart opens it. */
  restart(): Promise<Catalogue>;
}

const quiet = (): void => undefined;

/** A catalogue over HTTP with a database of its own; the stream is not started, no hub is needed. */
export async function openTestApp(
  nodes: readonly NodeCode[],
  countsCases = true,
  more: Partial<CatalogueOptions> = {},
): Promise<TestApp> {
  const running = new Map<string, readonly RunningCases[]>();
  const caseUsage = { countRunning: (_node: NodeCode, code: string) => Promise.resolve(running.get(code) ?? []) };
  const openOver = (parts: OfficeParts): Promise<Catalogue> =>
    openCatalogue({
      ...parts,
      log: quiet,
      natsUrl: 'nats://127.0.0.1:1',
      consumer: 'host_http',
      ...(countsCases ? { caseUsage } : {}),
      ...more,
    });
  let host: Catalogue | undefined;
  const office = await openOffice({
    nodes,
    migrations: catalogueMigrations,
    features: async (parts, closing) => {
      host = await openOver(parts);
      closing(host.stop);
      return [catalogueModule(host)];
    },
  });
  return { ...office, host: host!, running, restart: () => openOver(office.parts) };
}

/** Puts a publication forward and has a second person of the node approve it where that is wanted; the last answer. */
export async function publishByTwo(
  office: TestOffice,
  by: Caller,
  node: NodeCode,
  catalogue: object,
): Promise<LightMyRequestResponse> {
  const proposed = await by.send('POST', `${node}/catalogue`, catalogue);
  if (proposed.statusCode !== 202) return proposed;
  const { proposal, seq } = proposed.json();
  const second = office.as('reviewer', node, 'second-person');
  return second.send('POST', `${node}/proposals/${proposal}/approval`, undefined, { ifMatch: seq });
}
