import { findCase, openDossier, readReadings, recordReading, type CaseworkTools } from '@tongban/feature/casework';
import type { PrivacyCases, PrivacyTools } from '@tongban/feature/privacy';

/** What the rights of persons are exercised on: the cases of the same host. */
export function privacyToolsOf(casework: CaseworkTools): PrivacyTools {
  const { commands, transactor, sealer, clock } = casework;
  return {
    ...{ commands, transactor, sealer, clock },
    cases: {
      find: findPrivacyCase,
      open: (reader, record) => openDossier(casework, reader, record),
      accesses: (sql, node, record) => readReadings(sealer, sql, node, record),
      recordAccess: (sql, reader, record, what) => recordReading(casework, sql, reader, record, what),
    },
  };
}

export const findPrivacyCase: PrivacyCases['find'] = findCase;
