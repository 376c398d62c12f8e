import { randomBytes } from 'node:crypto';
import {
  catalogueMigrations,
  catalogueModule,
  openCatalogue,
  readPublished,
  type Catalogue,
} from '@tongban/feature/catalogue';
import { city, district, openOffice, township, village, type TestOffice } from '@tongban/testkit';
import { reformModule } from '../src/reform.module.js';
import { reformMigrations } from '../src/store/migrations.js';

export const today = '2026-06-01';
/** Where the next publications of rounds are cut off. */
export const faults = { before: false, after: false, publications: 0 };

export interface ReformOffice extends TestOffice {
  readonly catalogue: Catalogue;
}

/** A host of four nodes with catalogue and reform. */
export async function openReformOffice(): Promise<ReformOffice> {
  let catalogue: Catalogue | undefined;
  const office = await openOffice({
    nodes: [city, district, township, village],
    migrations: [...catalogueMigrations, ...reformMigrations],
    day: today,
    features: async (parts, closing) => {
      const opened = await openCatalogue({
        ...parts,
        log: () => undefined,
        natsUrl: 'nats://127.0.0.1:1',
        consumer: 'host_reform',
      });
      catalogue = opened;
      closing(opened.stop);
      const { transactor, clock } = parts;
      const publish: Catalogue['publish']['publish'] = async (input) => {
        faults.publications++;
        if (faults.before) throw new Error('cut off before the publication');
        const done = await opened.publish.publish(input);
        if (faults.after) throw new Error('cut off after the publication');
        return done;
      };
      const reform = reformModule({
        ...{ clock, transactor, random: { bytes: (length) => randomBytes(length) } },
        catalogue: { published: (node) => transactor.run((sql) => readPublished(sql, node)), publish },
      });
      return [catalogueModule(opened), reform];
    },
  });
  return { ...office, catalogue: catalogue! };
}
