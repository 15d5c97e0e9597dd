import { NOT_YET } from '../../not-yet.ts';
import type { Env } from '../env.ts';
import type { TimeReader } from '../operators/time.ts';
import { type Output, type SignalOperator, transform } from '../operators/transform.ts';
import type { Row } from '../signal.ts';
import { WindowClock } from './clock.ts';
import { LATENESS_NS } from './lateness.ts';
import { commonLength } from './panes.ts';
import type { Contents, Window } from './window.ts';

/**
 * Windows without rows that are given in a row when nothing is grouped. A longer silence in a file is skipped: a broken
 * clock must not make a billion rows.
 */
const MAX_EMPTY_WINDOWS = 1000;
/** Closed windows that `--late=keep` can open again: a minute of windows of one second. */
const KEPT_WINDOWS = 60;

type TimeWindow = Extract<Window, { kind: 'time' }>;

/**
 * Windows [start, end), aligned to the epoch. A window is closed when event time has passed its end by the lateness; event
 * time is the largest seen, of rows and of idle ticks. A row for a closed window is counted, and dropped or, with
 * `keepLate`, put into it, whereupon the window is given once more.
 */
export const timeWindows = <S>(
	window: TimeWindow,
	contents: () => Contents<S>,
	times: () => TimeReader,
	env: Env,
): SignalOperator =>
	transform(() => {
		const timeOf = times();
		const windows = new OpenWindows(window, env.info.startWall, contents());
		return {
			rows: (rows, out) => {
				for (const row of rows) {
					const time = timeOf(row);
					if (time === null || !windows.add(row, time)) env.context.completeness.lateRows++;
				}
				windows.close(out);
			},
			time: (now, out) => {
				windows.advance(now);
				windows.close(out);
				out.next({ kind: 'time', now });
			},
			end: (out) => windows.closeAll(out),
		};
	});

/**
 * Rows are kept in panes, the longest stretches of time that no window divides, so that a row of a sliding window is
 * looked at once however many windows it is in (Li and others, 2005):
 *
 *     panes    │ 0 │ 1 │ 2 │ 3 │ 4 │ 5 │
 *     windows  └── n = 0 ──┘
 *                  └── n = 1 ──┘          window n is the panes from n * panesApart, panesLong of them
 */
class OpenWindows<S> {
	readonly #clock: WindowClock;
	readonly #contents: Contents<S>;
	readonly #panesLong: number;
	readonly #panesApart: number;
	readonly #kept: number;
	readonly #panes = new Map<number, S>();
	readonly #reopened = new Set<number>();
	/** The pane of the row before, where most rows go; none when one of its windows was closed before or since. */
	#pane = NOT_YET;
	#state: S | null = null;
	/** The window to close next. The first is one that the capture starts in, or that of a row before it. */
	#next: number;
	#closedAny = false;
	/** 0, as a double: see NOT_YET. */
	#latest = Number.MIN_VALUE;

	constructor({ length, every, keepLate }: TimeWindow, startWall: bigint, contents: Contents<S>) {
		const pane = commonLength(length, every);
		this.#clock = new WindowClock(pane, Math.round(every), startWall);
		this.#contents = contents;
		this.#panesLong = Math.round(length / pane);
		this.#panesApart = Math.round(every / pane);
		this.#kept = keepLate ? KEPT_WINDOWS : 0;
		this.#next = this.#firstWith(this.#clock.numberOf(0));
	}

	/** False for a row that one of its windows did not wait for. */
	add(row: Row, time: number): boolean {
		const pane = this.#clock.numberOf(time);
		if (this.#pane === pane && this.#state !== null) {
			this.advance(time);
			this.#contents.add(this.#state, row);
			return true;
		}
		const first = this.#firstWith(pane);
		let inTime = true;
		if (first < this.#next) {
			if (this.#closedAny) inTime = this.#reopen(first, pane);
			else this.#next = first;
		}
		if (!inTime && this.#lastWith(pane) < this.#next - this.#kept) return false;
		this.advance(time);
		let state = this.#panes.get(pane);
		if (state === undefined) {
			state = this.#contents.open();
			this.#panes.set(pane, state);
		}
		this.#contents.add(state, row);
		if (first >= this.#next) {
			this.#pane = pane;
			this.#state = state;
		}
		return inTime;
	}

	advance(time: number): void {
		if (time > this.#latest) this.#latest = time;
	}

	/** Closes what the watermark has passed. */
	close(out: Output): void {
		for (const number of [...this.#reopened].sort((a, b) => a - b)) this.#give(number, out);
		this.#reopened.clear();
		this.#closeBefore(this.#firstWith(this.#clock.numberOf(this.#latest - LATENESS_NS)), out);
	}

	/** Ends with the first window that the latest row is in: those behind it would show the same rows again. */
	closeAll(out: Output): void {
		this.close(out);
		this.#closeBefore(this.#firstWith(this.#clock.numberOf(this.#latest)) + 1, out);
	}

	/** Number of the first window that a pane is in, and of the last. */
	#firstWith(pane: number): number {
		return Math.floor((pane - this.#panesLong) / this.#panesApart) + 1;
	}

	#lastWith(pane: number): number {
		return Math.floor(pane / this.#panesApart);
	}

	/** Whether every closed window from `first` that holds the pane can be given again. */
	#reopen(first: number, pane: number): boolean {
		const oldest = this.#next - this.#kept;
		const last = Math.min(this.#lastWith(pane), this.#next - 1);
		for (let number = Math.max(first, oldest); number <= last; number++) this.#reopened.add(number);
		return first >= oldest;
	}

	#closeBefore(end: number, out: Output): void {
		if (end <= this.#next) return;
		this.#pane = NOT_YET;
		this.#state = null;
		while (this.#next < end) {
			const withRows = Math.min(end, Math.max(this.#next, this.#firstWith(this.#firstPane())));
			this.#giveEmpty(withRows, out);
			this.#next = withRows;
			if (withRows === end) break;
			this.#give(withRows, out);
			this.#next = withRows + 1;
			this.#forget();
		}
		this.#closedAny = true;
		this.#forget();
	}

	/** The first pane with rows that is in a window to come. */
	#firstPane(): number {
		let first = Number.POSITIVE_INFINITY;
		const from = this.#next * this.#panesApart;
		for (const pane of this.#panes.keys()) if (pane >= from && pane < first) first = pane;
		return first;
	}

	#giveEmpty(before: number, out: Output): void {
		if (!this.#contents.givesEmpty) return;
		for (let number = Math.max(this.#next, before - MAX_EMPTY_WINDOWS); number < before; number++)
			this.#give(number, out);
	}

	#give(number: number, out: Output): void {
		const { open, merge, rows } = this.#contents;
		const from = number * this.#panesApart;
		const parts: S[] = [];
		for (let pane = from; pane < from + this.#panesLong; pane++) {
			const part = this.#panes.get(pane);
			if (part !== undefined) parts.push(part);
		}
		const [only, ...more] = parts;
		let state = only ?? open();
		if (more.length > 0) {
			state = open();
			for (const part of parts) merge(state, part);
		}
		const window = { start: this.#clock.startOf(from), end: this.#clock.startOf(from + this.#panesLong) };
		out.next({ kind: 'table', rows: rows(state, window), window, final: true });
	}

	/** Drops the panes that no window to come holds. */
	#forget(): void {
		const from = (this.#next - this.#kept) * this.#panesApart;
		for (const pane of this.#panes.keys()) if (pane < from) this.#panes.delete(pane);
	}
}
