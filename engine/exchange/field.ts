import type { Exchange } from './exchange.ts';
import type { StagePart } from './stage-parts.ts';
import type { Type } from './type.ts';

/** A value at run time. Null is "this record has no such field". An ip is its canonical text. */
export type Value = null | boolean | number | string | readonly Value[] | ValueMap | Exchange;
export interface ValueMap {
	readonly [name: string]: Value;
}

export type PresentValue = Exclude<Value, null>;

/** What a field costs the capture. */
export type FieldNeed = 'head' | 'body' | StagePart;

/** A field of the catalog: the one source for types, help, completion, JSON and pushdown. */
export interface Field<E extends Exchange = Exchange> {
	readonly name: string;
	readonly type: Type;
	/** One line. */
	readonly doc: string;
	/** Empty: costs nothing beyond seeing the exchange. */
	readonly needs?: readonly FieldNeed[];
	/** Tells records apart, and measures nothing though it is a number. */
	readonly key?: true;
	/** Only what that end saw can tell it: null at the other. */
	readonly end?: 'client' | 'server';
	/** All that it can be, of few values. */
	readonly values?: readonly string[];
	/** Other names for the same field: the JSON document's, short forms. */
	readonly aliases?: readonly string[];
	readonly get: (exchange: E) => Value;
	/** Of a record: its members by name, for who wants one of them and not the record. */
	readonly members?: ReadonlyMap<string, (exchange: E) => Value>;
}
