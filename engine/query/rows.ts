import type { Exchange } from '../exchange/exchange.ts';
import type { Field, Value } from '../exchange/field.ts';
import type { Row } from './signal.ts';

/*
 * Which of the two a row is was decided when the query was checked: a stage of exchanges is compiled to readers of
 * exchanges. Asking again for every value of every row would cost more than the value.
 */
export const exchangeOf = (row: Row): Exchange => row as Exchange;
export const valuesOf = (row: Row): readonly Value[] => row as readonly Value[];

/** The field's own function: one that calls it would cost a call for each value. */
export const fieldGetter = ({ get }: Field): ((row: Row) => Value) => get as (row: Row) => Value;

/** A row that a row holds as a value: only `join` and its kin put one there. */
export const rowOf = (value: Value): Row => value as Row;

/** The same of one member of the record that the field is; null: it has no such member, or is no record. */
export const memberGetter = ({ members }: Field, name: string): ((row: Row) => Value) | null =>
	(members?.get(name) as ((row: Row) => Value) | undefined) ?? null;
