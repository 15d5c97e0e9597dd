import { concatMap, from, type Observable, of } from 'rxjs';
import { exchangeOf } from './rows.ts';
import type { Row, Signal } from './signal.ts';
import { LATENESS_NS } from './windows/lateness.ts';

/** The parts of a batch of exchanges, in each of which event time goes on by no more than a row may be late. */
const parts = (rows: readonly Row[]): Signal[] => {
	const found: Signal[] = [];
	let begin = 0;
	let earliest = Number.POSITIVE_INFINITY;
	for (const [at, row] of rows.entries()) {
		const time = exchangeOf(row).endTime;
		if (time - earliest > LATENESS_NS) {
			found.push({ kind: 'rows', rows: rows.slice(begin, at) });
			begin = at;
			earliest = time;
		} else earliest = Math.min(earliest, time);
	}
	found.push({ kind: 'rows', rows: begin === 0 ? rows : rows.slice(begin) });
	return found;
};

/**
 * For pipelines that read one source side by side: each is given a batch when the other has taken it. A file can give
 * many seconds at once, and an operator that pairs rows would have let go of those at its beginning.
 */
export const inShortBatches = (signals: Observable<Signal>): Observable<Signal> =>
	signals.pipe(concatMap((signal) => (signal.kind === 'time' ? of(signal) : from(parts(signal.rows)))));
