import type { ColumnType } from 'kysely';

/** Exact decimal text, as Postgres prints `numeric`. */
export type Numeric = ColumnType<string, string, string>;

export type NullableNumeric = ColumnType<string | null, string | null | undefined, string | null>;

export type GeneratedNumeric = ColumnType<string, string | undefined, string>;

/** `bigint` columns: text out, number or text in. */
export type BigInteger = ColumnType<string, string | number, string | number>;

export type GeneratedBigInteger = ColumnType<string, string | number | undefined, string | number>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;

export type NullableTimestamp = ColumnType<
  Date | null,
  Date | string | null | undefined,
  Date | string | null
>;
