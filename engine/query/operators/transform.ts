import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import type { Row, Signal } from '../signal.ts';

export type SignalOperator = OperatorFunction<Signal, Signal>;
export type Output = Subscriber<Signal>;

/** What a stage does with each signal; a signal that it has no word for goes on as it is. */
export interface Handlers {
	readonly rows?: (rows: readonly Row[], out: Output) => void;
	readonly time?: (now: number, out: Output) => void;
	readonly table?: (table: TableSignal, out: Output) => void;
	/** The stream has ended: what is still held can be given. */
	readonly end?: (out: Output) => void;
}

export type TableSignal = Extract<Signal, { kind: 'table' }>;

/** An operator from handlers; `create` is called for each subscription, so that state is never shared. */
export const transform =
	(create: () => Handlers): SignalOperator =>
	(source) =>
		new Observable((out) => {
			const { rows, time, table, end } = create();
			return source.subscribe({
				next: (signal) => {
					if (signal.kind === 'rows' && rows) rows(signal.rows, out);
					else if (signal.kind === 'time' && time) time(signal.now, out);
					else if (signal.kind === 'table' && table) table(signal, out);
					else out.next(signal);
				},
				error: (error) => out.error(error),
				complete: () => {
					end?.(out);
					out.complete();
				},
			});
		});

/** An operator that acts alike on the rows of a stream and on those of each table. */
export const mapRows = (create: () => (rows: readonly Row[]) => readonly Row[]): SignalOperator =>
	transform(() => {
		const map = create();
		return {
			rows: (rows, out) => {
				const mapped = map(rows);
				if (mapped.length > 0) out.next({ kind: 'rows', rows: mapped });
			},
			table: (table, out) => out.next({ ...table, rows: map(table.rows) }),
		};
	});
