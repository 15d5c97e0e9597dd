import { type WallClock, wallClock } from '../exchange/wall-clock.ts';
import type { Column, Row, Schema, Signal } from '../query/signal.ts';
import { cellText } from './cell.ts';
import { finalRows } from './rows.ts';
import type { MakeSink } from './sink.ts';

/** A call from one node to another, with what is known of it in words. Texts are safe to show. */
export interface Edge {
	readonly client: string;
	readonly server: string;
	/** `count 12`, `p99 3.2ms`. */
	readonly facts: readonly string[];
	/** Some of the calls failed. */
	readonly failed: boolean;
}

/** The time of a window is no fact of an edge. */
const NO_FACT: ReadonlySet<string> = new Set(['client', 'server', 'window_start', 'window_end']);

function edgeOf(row: Row, { columns }: Schema, clock: WallClock): Edge {
	const text = ({ get, type }: Column): string => cellText(get(row), type, clock);
	const named = (name: string): string => {
		const column = columns.find((one) => one.name === name);
		return column === undefined ? '-' : text(column);
	};
	const errors = columns.find(({ name }) => name === 'errors')?.get(row);
	return {
		client: named('client'),
		server: named('server'),
		facts: columns
			.filter(({ name, get }) => !NO_FACT.has(name) && get(row) !== null)
			.map((column) => `${column.name} ${text(column)}`),
		failed: typeof errors === 'number' && errors > 0,
	};
}

/** What graphs are written as, one after the other. */
export interface Drawing {
	/** `title`: the time of its window, where it has one. */
	graph(edges: readonly Edge[], title: string | null): string;
	/** Nothing more comes. */
	end(): string;
}

/** A sink that draws each table, or a stream at its end, as one graph. */
export const graphSink =
	(begin: () => Drawing): MakeSink =>
	({ printer, schema, info }) => {
		const clock = wallClock(info);
		const drawing = begin();
		const edges = (rows: readonly Row[]): Edge[] => rows.map((row) => edgeOf(row, schema, clock));
		const pending: Edge[] = [];
		return {
			take: (signal: Signal) => {
				const rows = finalRows(signal);
				if (signal.kind === 'rows') pending.push(...edges(rows));
				else if (signal.kind === 'table' && signal.final) {
					const title = signal.window === null ? null : clock.timeOfDay(signal.window.start);
					printer.print(drawing.graph(edges(rows), title));
				}
			},
			end: () => {
				if (pending.length > 0) printer.print(drawing.graph(pending, null));
				const rest = drawing.end();
				if (rest !== '') printer.print(rest);
			},
		};
	};
