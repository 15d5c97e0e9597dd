import type { Value } from '../exchange/field.ts';
import { type WallClock, wallClock } from '../exchange/wall-clock.ts';
import type { Column, Row } from '../query/signal.ts';
import { jsonValue } from './json-value.ts';
import { printRows } from './parts.ts';
import type { Printer } from './printer.ts';
import { finalRows } from './rows.ts';
import { visible, visibleJson } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/** A cell as written: values as in JSON, missing ones empty. */
function plainCell(value: Value, { type }: Column, clock: WallClock): string {
	const json = jsonValue(value, type, clock);
	if (json === null) return '';
	return typeof json === 'object' ? visibleJson(JSON.stringify(json)) : String(json);
}

/** `cellFor` gives how a text is written as a cell. */
const delimited =
	(delimiter: string, cellFor: (printer: Printer) => (text: string) => string): MakeSink =>
	({ printer, schema: { columns }, info }) => {
		const clock = wallClock(info);
		const cell = cellFor(printer);
		const line = (cells: readonly string[]): string => `${cells.map(cell).join(delimiter)}\n`;
		let header = line(columns.map(({ name }) => name));
		const print = (rows: readonly Row[]): void => {
			printRows(
				printer,
				rows,
				(row) => line(columns.map((column) => plainCell(column.get(row), column, clock))),
				header,
			);
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

/** RFC 4180, section 2: quotes around a cell that holds a comma, a line end or a quote, which is doubled. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Line ends and tabs belong to texts. Other control characters have no place in RFC 4180, and what is behind the pipe may be a terminal. */
const CONTROLS = /[^\P{Cc}\t\r\n]/gu;

const portable = (text: string): string => quoted(text.replace(CONTROLS, visible));

/** Programs get every value as it is; a terminal could act on it. */
export const csvSink = delimited(',', ({ terminal }) => (terminal ? (text) => quoted(visible(text)) : portable));

/** It has no quotes: a tab in a cell becomes `\t`, a line end `\n`. */
export const tsvSink = delimited('\t', () => visible);
