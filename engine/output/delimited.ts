import type { Value } from '../exchange/field.ts';
import type { Column, Row } from '../query/signal.ts';
import { type WallClock, wallClock } from './clock.ts';
import { jsonValue } from './json-value.ts';
import { finalRows } from './rows.ts';
import { visible } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/** A cell as written: values as in JSON, missing ones empty. Control characters are escaped, so a row is one line. */
function plainCell(value: Value, { type }: Column, clock: WallClock): string {
	const json = jsonValue(value, type, clock);
	if (json === null) return '';
	return visible(typeof json === 'object' ? JSON.stringify(json) : String(json));
}

const delimited =
	(delimiter: string, quote: (cell: string) => string): MakeSink =>
	({ printer, schema: { columns }, info }) => {
		const clock = wallClock(info);
		const line = (cells: readonly string[]): string => `${cells.map(quote).join(delimiter)}\n`;
		let header = line(columns.map(({ name }) => visible(name)));
		const print = (rows: readonly Row[]): void => {
			let text = header;
			for (const row of rows) text += line(columns.map((column) => plainCell(column.get(row), column, clock)));
			if (text !== '') printer.print(text);
			header = '';
		};
		return {
			take: (signal) => {
				const rows = finalRows(signal);
				if (rows.length > 0) print(rows);
			},
			// No rows are a table too: of nothing but its header.
			end: () => print([]),
		};
	};

/** RFC 4180, section 2: quotes around a cell that holds a comma or a quote, which is doubled. */
export const csvSink = delimited(',', (cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));

/** A tab in a cell has become `\t` already. */
export const tsvSink = delimited('\t', (cell) => cell);
