import type { TableSignal } from '../operators/transform.ts';
import type { Row } from '../signal.ts';

/** How a stream is cut into tables. Lengths in ns. */
export type Window =
	/** [start, start + length) for every start that is a multiple of `every`; of equal lengths they stand side by side. */
	| { readonly kind: 'time'; readonly length: number; readonly every: number; readonly keepLate: boolean }
	/** Rows of one key with no longer pause between them. */
	| { readonly kind: 'session'; readonly pause: number; readonly keepLate: boolean }
	/** So many rows, whenever they come. */
	| { readonly kind: 'rows'; readonly count: number };

export type WindowBounds = TableSignal['window'];

/** What becomes of the rows of one window. `S` is what is known of them so far. */
export interface Contents<S> {
	readonly open: () => S;
	readonly add: (state: S, row: Row) => void;
	/** Adds what another part of the window holds, which stays as it is. */
	readonly merge: (state: S, part: S) => void;
	readonly rows: (state: S, window: WindowBounds) => readonly Row[];
	/** Of a window without rows there is a table, too. */
	readonly givesEmpty: boolean;
}
