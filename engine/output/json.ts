import type { Exchange } from '../exchange/exchange.ts';
import type { Row, Schema } from '../query/signal.ts';
import { type WallClock, wallClock } from './clock.ts';
import { exchangeDocument } from './document.ts';
import { jsonValue } from './json-value.ts';
import { finalRows } from './rows.ts';
import { visibleJson } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/** Written by hand, member by member: an object in between would lose a column that is called `__proto__`. */
function projected({ columns }: Schema, clock: WallClock): (row: Row) => string {
	const keys = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
	return (row) => {
		let line = columns.length === 0 ? '{' : '';
		for (const [i, { get, type }] of columns.entries())
			line += keys[i] + JSON.stringify(jsonValue(get(row), type, clock));
		return `${line}}`;
	};
}

/** One object per line (NDJSON): whole exchanges as the JSON document, projected rows by the names of their columns. */
export const jsonSink: MakeSink = ({ printer, schema, info }) => {
	const clock = wallClock(info);
	// The schema says that rows are whole exchanges: the type of a row cannot.
	const object = schema.exchanges
		? (row: Row) => JSON.stringify(exchangeDocument(row as Exchange, clock))
		: projected(schema, clock);
	return {
		take: (signal) => {
			let lines = '';
			for (const row of finalRows(signal)) lines += `${visibleJson(object(row))}\n`;
			if (lines !== '') printer.print(lines);
		},
		end: () => {},
	};
};
