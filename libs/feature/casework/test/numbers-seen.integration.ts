import {
  completeState,
  documentKinds,
  makeCaseNumber,
  makeDocumentNumber,
  type CaseState,
  type DocumentKind,
} from '@tongban/domain/casework';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { freshDatabase } from '@tongban/testkit';
import type { DataSource } from 'typeorm';
import { caseworkMigrations } from '../src/index.js';
import { nextDailyNumber } from '../src/store/case-store.js';
import { numbersIn, raiseDailyNumbers } from '../src/store/numbers-seen.js';
import { district, township } from './office.js';

const date = '2026-07-30';
const numberOf = (kind: DocumentKind, sequence: number, division = township): string =>
  makeDocumentNumber({ kind, division, date, sequence });

/** A case that has been given a document of every kind; only the parts with numbers matter here. */
const everything = completeState({
  number: makeCaseNumber({ division: township, date, sequence: 41 }),
  acceptanceNumber: numberOf('SL', 2),
  nonAcceptance: { documentNumber: numberOf('BY', 3) },
  decision: { documentNumber: numberOf('JD', 4, district) },
  certificate: { number: numberOf('ZS', 5) },
  reply: { documentNumber: numberOf('DF', 6) },
  extension: { noticeNumber: numberOf('YQ', 7) },
  supplements: [{ noticeNumber: numberOf('BZ', 8) }],
  pauses: [{ noticeNumber: numberOf('TB', 9) }],
  conferences: [{ noticeNumber: numberOf('HS', 10) }],
  reviews: [{ documentNumber: numberOf('CS', 11) }],
  fee: {
    notice: { number: numberOf('JK', 12) },
    movements: [{ noticeNumber: null, documentNumber: numberOf('JM', 13) }, { documentNumber: numberOf('TF', 14) }],
  },
} as unknown as CaseState);

describe('numbers seen in cases', () => {
  let database: DataSource;

  beforeAll(async () => {
    const quiet = (): void => undefined;
    database = await createDataSource({
      ...{
        url: await freshDatabase(),
        entities: [],
        migrations: caseworkMigrations,
        poolSize: 2,
        applicationName: 'test',
      },
      logger: { debug: quiet, info: quiet, warn: quiet },
    });
  });
  afterAll(() => database.destroy());

  it('are found for every kind of document', () => {
    expect(new Set(numbersIn(everything).map(({ kind }) => kind))).toEqual(
      new Set(['case', ...Object.keys(documentKinds)]),
    );
  });

  it('raise the counters of their node, and never lower them', async () => {
    await inTransaction(database, (sql) => raiseDailyNumbers(sql, township, [everything]));
    const next = (kind: string, node = township): Promise<number> =>
      inTransaction(database, (sql) => nextDailyNumber(sql, node, date, kind));
    expect(await next('case')).toBe(42);
    expect(await next('TF')).toBe(15);
    expect(await next('JD')).toBe(1);
    expect(await next('JD', district)).toBe(1);
    await inTransaction(database, (sql) => raiseDailyNumbers(sql, township, [everything]));
    expect(await next('case')).toBe(43);
    expect(await next('JD')).toBe(2);
  });
});
