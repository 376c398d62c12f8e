/** A transaction, as stores see it. */
export interface Sql {
  query<Row>(text: string, params?: readonly unknown[]): Promise<Row[]>;
}

export interface SqlMigration {
  /** Milliseconds, rising; never changed once landed. */
  readonly timestamp: number;
  readonly name: string;
  readonly sql: string;
}
