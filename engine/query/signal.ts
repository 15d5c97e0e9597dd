import type { Exchange } from '../exchange/exchange.ts';
import type { Value } from '../exchange/field.ts';
import type { Type } from '../exchange/type.ts';

/** A record of a stream: a whole exchange, or the values of a closed schema in the order of its columns. */
export type Row = Exchange | readonly Value[];

export interface Column {
	readonly name: string;
	readonly type: Type;
	/** Tells rows apart: they were grouped by it, or of an exchange it says what it was and how slow. */
	readonly key?: true;
	/** The rows are in its order: a table without it would not say why. */
	readonly order?: true;
	/** Only some of the protocols that may come tell it, and nobody asked for it: a table leaves it out where no row has it. */
	readonly ofSome?: true;
	readonly get: (row: Row) => Value;
}

export interface Schema {
	/** Rows are whole exchanges: their fields are the catalog's, and they print as the JSON document. */
	readonly exchanges: boolean;
	/** The columns to print; for exchanges the default ones of a table. */
	readonly columns: readonly Column[];
	/** Of whole exchanges: what `extend` added, which the JSON document has behind its own names. */
	readonly extended?: readonly Column[];
}

/** What flows through a pipeline. Batches, never single records. */
export type Signal =
	| { readonly kind: 'rows'; readonly rows: readonly Row[] }
	/** Event time has come to `now` (ns since the start) though no record says so: an idle tick. */
	| {
			readonly kind: 'time';
			readonly now: number;
			/** The capture ends here: what is open or waiting can be asked for a last time. */
			readonly ending?: true;
	  }
	/** The rows of one window, or of the running aggregate: `final` is false while it will be shown again, fresher. */
	| {
			readonly kind: 'table';
			readonly rows: readonly Row[];
			readonly window: { readonly start: number; readonly end: number } | null;
			readonly final: boolean;
	  };
