import type { Row } from '../query/signal.ts';
import type { Printer } from './printer.ts';
import type { Sink } from './sink.ts';

/** Rows of a part. */
const PART_ROWS = 1024;

/** Characters: bodies make a row megabytes long, and V8 has no text of more than 512 MiB. */
export const FULL_TEXT = 1 << 24;

/** Prints what is written of each row behind `before`, as few texts as that bound allows. */
export const printRows = (printer: Printer, rows: readonly Row[], write: (row: Row) => string, before = ''): void => {
	let text = before;
	for (const row of rows) {
		text += write(row);
		if (text.length < FULL_TEXT) continue;
		printer.print(text);
		text = '';
	}
	if (text !== '') printer.print(text);
};

/** A sink that is given the rows of a stream in parts: `sort` has up to a million at once. */
export const inParts = (sink: Sink): Sink => ({
	take: (signal) => {
		if (signal.kind !== 'rows' || signal.rows.length <= PART_ROWS) {
			sink.take(signal);
			return;
		}
		for (let at = 0; at < signal.rows.length; at += PART_ROWS)
			sink.take({ kind: 'rows', rows: signal.rows.slice(at, at + PART_ROWS) });
	},
	end: () => sink.end(),
});
