import type { CaptureInfo } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import { isExchange } from '../exchange/exchange.ts';
import { losses } from '../output/loss.ts';
import { counted } from '../output/units.ts';
import type { Flow } from '../query/flow.ts';
import type { Plan } from '../query/plan.ts';
import type { Row, Signal } from '../query/signal.ts';

/** More rows nobody goes on from by hand. */
const MAX_ROWS = 10_000;

/** Of exchanges, by the sizes of their messages: what is kept of their payload is no more. */
const MAX_BYTES = 64e6;

/** The value of a query: its rows, or those of all its windows. */
export interface KeptResult {
	readonly plan: Plan;
	readonly info: CaptureInfo;
	readonly rows: readonly Row[];
	/** Rows that found no room: the earliest, of a table the last. */
	readonly leftOut: number;
	/** What was lost on the way to it. */
	readonly completeness: Completeness;
}

/** Values of queries in the shell, by name: `last`, and what `.keep` has named. */
export type KeptResults = Map<string, KeptResult>;

/** Tables of windows stay as one list of rows, which tell their windows themselves. */
export const flowOf = ({ flow }: Plan): Flow =>
	flow.columns.some(({ name }) => name === 'window_start') ? { ...flow, shape: 'stream' } : flow;

/** What the checker has to know of them. */
export const flowsOf = (kept: KeptResults): ReadonlyMap<string, Flow> =>
	new Map([...kept].map(([name, { plan }]) => [name, flowOf(plan)]));

/** All of a result, as a query is given it. */
export const signalOf = ({ plan, rows }: KeptResult): Signal =>
	flowOf(plan).shape === 'stream' ? { kind: 'rows', rows } : { kind: 'table', rows, window: null, final: true };

const sizeOf = (row: Row): number => (isExchange(row) ? (row.request?.size ?? 0) + (row.response?.size ?? 0) : 0);

/** Keeps the latest rows of a query while it runs. */
export class ResultKeeper {
	readonly plan: Plan;
	readonly info: CaptureInfo;
	#rows: Row[] = [];
	/** A running aggregate as it was told last. */
	#running: readonly Row[] = [];
	#bytes = 0;
	#leftOut = 0;

	constructor(plan: Plan, info: CaptureInfo) {
		this.plan = plan;
		this.info = info;
	}

	take(signal: Signal): void {
		if (signal.kind === 'time') return;
		// A table that no window bounds is asked for as a whole; what is sorted has its first rows first.
		const isWhole = signal.kind === 'table' && signal.window === null;
		const rows = isWhole ? signal.rows.slice(0, MAX_ROWS) : signal.rows;
		// A running aggregate is told again.
		this.#running = isWhole && !signal.final ? rows : [];
		if (isWhole && !signal.final) return;
		this.#leftOut += signal.rows.length - rows.length;
		for (const row of rows) this.#add(row);
		if (this.#rows.length > MAX_ROWS || (this.#bytes > MAX_BYTES && !isWhole)) this.#leaveOut();
	}

	result(completeness: Completeness): KeptResult {
		const rows = this.#running.length === 0 ? this.#rows : [...this.#rows, ...this.#running];
		return { plan: this.plan, info: this.info, rows, leftOut: this.#leftOut, completeness };
	}

	#add(row: Row): void {
		this.#rows.push(row);
		this.#bytes += sizeOf(row);
	}

	/** Down to a half, so that this is seldom. */
	#leaveOut(): void {
		let first = 0;
		while (this.#rows.length - first > MAX_ROWS / 2 || this.#bytes > MAX_BYTES / 2) {
			this.#bytes -= sizeOf(this.#rows[first++]);
		}
		this.#rows = this.#rows.slice(first);
		this.#leftOut += first;
	}
}

/** What is to be known of results that a query went on from. */
export function keptLine(kept: readonly KeptResult[], completeness: Completeness, shown: number | null): string {
	const rows = kept.reduce((sum, { rows: own }) => sum + own.length, 0);
	const leftOut = kept.reduce((sum, one) => sum + one.leftOut, 0);
	const lost = losses(completeness);
	return [
		`${shown === null ? '' : `${counted(shown, 'row')} `}from ${counted(rows, 'row')} of an earlier result`,
		...(leftOut === 0 ? [] : [`${counted(leftOut, 'row')} of it found no room to be kept`]),
		...(lost.length === 0 ? [] : [`lost: ${lost.join('; ')}`]),
	].join(', ');
}
