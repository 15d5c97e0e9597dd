import type { Exchange } from '../exchange/exchange.ts';
import { type WallClock, wallClock } from '../exchange/wall-clock.ts';
import type { Column, Row, Schema } from '../query/signal.ts';
import { exchangeDocument, exchangeText } from './document.ts';
import { jsonText, jsonValue } from './json-value.ts';
import { printRows } from './parts.ts';
import { finalRows } from './rows.ts';
import { visibleJson } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/** Written by hand, member by member: an object in between would lose a column that is called `__proto__`. */
function projected(columns: readonly Column[], clock: WallClock): (row: Row) => string {
	const keys = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
	return (row) => {
		let line = columns.length === 0 ? '{' : '';
		for (const [i, { get, type }] of columns.entries()) line += keys[i] + jsonText(jsonValue(get(row), type, clock));
		return `${line}}`;
	};
}

/** The JSON document, and behind it what `extend` has added, in place of a member of the same name. */
function whole({ extended = [] }: Schema, clock: WallClock): (row: Row) => string {
	// The schema says that rows are whole exchanges: the type of a row cannot.
	const document = (row: Row) => exchangeDocument(row as Exchange, clock);
	const plain = (row: Row) => exchangeText(row as Exchange, clock);
	if (extended.length === 0) return plain;
	const names = new Set(extended.map(({ name }) => name));
	const added = projected(extended, clock);
	return (row) => {
		const members = Object.entries(document(row));
		const kept = members.filter(([name]) => !names.has(name));
		const text = kept.length === members.length ? plain(row) : JSON.stringify(Object.fromEntries(kept));
		return `${text.slice(0, -1)},${added(row).slice(1)}`;
	};
}

/** One object per line (NDJSON): whole exchanges as the JSON document, projected rows by the names of their columns. */
export const jsonSink: MakeSink = ({ printer, schema, info }) => {
	const clock = wallClock(info);
	const object = schema.exchanges ? whole(schema, clock) : projected(schema.columns, clock);
	return {
		take: (signal) => printRows(printer, finalRows(signal), (row) => `${visibleJson(object(row))}\n`),
		end: () => {},
	};
};
