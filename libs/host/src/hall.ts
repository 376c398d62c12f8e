import { localDate } from '@tongban/domain/calendar';
import { findChangedCase, type CaseworkTools } from '@tongban/feature/casework';
import type { Catalogue } from '@tongban/feature/catalogue';
import type { HallOptions } from '@tongban/feature/hall';
import type { Transactor } from '@tongban/federation/nest';

/** Halls next to casework and catalogue of the same host. */
export const hallOptionsOf = (casework: CaseworkTools, catalogue: Catalogue, transactor: Transactor): HallOptions => ({
  ...{ transactor, clock: casework.clock, secrets: casework.secrets },
  calendar: casework.calendar,
  departmentOf(node, item) {
    const found = catalogue.view.findItem(node, item, localDate(casework.clock.now()));
    return found.ok ? found.value.departmentId : undefined;
  },
  holdsCase: async (sql, node, record) => (await findChangedCase(sql, node, record)) !== undefined,
});
