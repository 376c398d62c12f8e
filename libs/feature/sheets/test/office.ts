import {
  catalogueMigrations,
  catalogueModule,
  openCatalogue,
  readPublished,
  type Catalogue,
} from '@tongban/feature/catalogue';
import { city, district, openOffice, today, township, village, type TestOffice } from '@tongban/testkit';
import { sheetsModule } from '../src/sheets.module.js';

export interface SheetsOffice extends TestOffice {
  readonly catalogue: Catalogue;
}

/** A host of four nodes with catalogue and sheets. */
export async function openSheetsOffice(): Promise<SheetsOffice> {
  let catalogue: Catalogue | undefined;
  const office = await openOffice({
    nodes: [city, district, township, village],
    migrations: catalogueMigrations,
    features: async (parts, closing) => {
      const opened = await openCatalogue({
        ...parts,
        log: () => undefined,
        natsUrl: 'nats://127.0.0.1:1',
        consumer: 'host_sheets',
      });
      catalogue = opened;
      closing(opened.stop);
      const sheets = sheetsModule({
        clock: parts.clock,
        catalogue: {
          published: (node) => parts.transactor.run((sql) => readPublished(sql, node)),
          departmentsOf: (node) => opened.view.departmentsOf(node),
          itemsOf: (node) => opened.view.itemsOf(node, today),
          propose: (input) => opened.propose.propose(input),
        },
      });
      return [catalogueModule(opened), sheets];
    },
  });
  return { ...office, catalogue: catalogue! };
}
