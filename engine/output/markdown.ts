import { wallClock } from '../exchange/wall-clock.ts';
import type { Row } from '../query/signal.ts';
import { cellText, isRightAligned } from './cell.ts';
import { finalRows } from './rows.ts';
import { visible } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/**
 * What begins something in a cell of a Markdown table, or ends the cell: captured text is shown, not read. Links and images
 * begin at `[`. Underscores within words and `&` without an entity mean themselves, and stay readable.
 */
const MARKUP = /[|\\`<*~[]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?[a-z0-9]+;)/giu;
const escaped = (cell: string): string => cell.replace(MARKUP, (mark) => `\\${mark}`);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** One table for all records; each window's table stands alone, for its first columns tell its time. */
export const markdownSink: MakeSink = ({ printer, schema: { columns }, info }) => {
	const clock = wallClock(info);
	const header =
		line(columns.map(({ name }) => escaped(visible(name)))) +
		line(columns.map(({ type }) => (isRightAligned(type) ? '---:' : '---')));
	const body = (rows: readonly Row[]): string =>
		rows.map((row) => line(columns.map(({ get, type }) => escaped(cellText(get(row), type, clock))))).join('');
	let begun = false;
	return {
		take: (signal) => {
			const rows = finalRows(signal);
			if (rows.length === 0) return;
			const opening = signal.kind === 'table' && begun ? `\n${header}` : begun ? '' : header;
			begun = true;
			printer.print(opening + body(rows));
		},
		end: () => {
			if (!begun) printer.print(header);
		},
	};
};
