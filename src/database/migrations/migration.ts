import type { ColumnDataType, Kysely, RawBuilder } from 'kysely';

/** Data types that differ between SQLite and PostgreSQL. */
export interface ColumnTypes {
  /** Text in the order of its bytes, so that both databases sort and page equally. */
  text: RawBuilder<unknown> | ColumnDataType;
  /** A whole number of 64 bits. */
  number: ColumnDataType;
  /** End of the statement that creates a table: SQLite then refuses values of another type, as PostgreSQL does. */
  strict?: RawBuilder<unknown>;
  /** End of the statement that creates a table with a partition for each value of its column `day`. In SQLite, `strict`. */
  partitionedByDay?: RawBuilder<unknown>;
}

/**
 * A change of the schema. The previous release must work with the changed schema: add tables and columns with defaults, and
 * remove or rename only what the previous release does not use any more.
 */
export interface Migration {
  /** Consecutive, from 1. */
  number: number;
  name: string;
  up(db: Kysely<unknown>, types: ColumnTypes): Promise<void>;
}
