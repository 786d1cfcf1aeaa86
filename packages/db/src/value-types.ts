import pg from 'pg';

/**
 * How Postgres values arrive: `bigint` as a number (our counts and ids stay far below 2^53), the rest as pg
 * gives it (`timestamptz` as Date, `jsonb` parsed, `uuid` and `numeric` as text).
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === pg.types.builtins.INT8) return Number;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  },
};
