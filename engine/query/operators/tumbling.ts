import type { Env } from '../env.ts';
import type { Grouping } from '../grouping/grouping.ts';
import type { Row } from '../signal.ts';
import { type Aggregation, compileAggregation, type StatPlan } from './stat-run.ts';
import { type Output, type SignalOperator, transform } from './transform.ts';

/** Exchanges come nearly in the order of their end: holes in a stream are waited for at most 200 ms. */
const LATENESS_NS = 500e6;

/**
 * Windows without rows that are given in a row when nothing is grouped. A longer silence in a file is skipped: a broken
 * clock must not make a billion rows.
 */
const MAX_EMPTY_WINDOWS = 1000;

interface Windows {
	/** ns */
	readonly length: number;
	/** An empty window has no rows; ungrouped it has one. */
	readonly grouped: boolean;
}

/**
 * Windows [start, end) of one length, side by side, aligned to the epoch. A window is closed when event time has passed
 * its end by the lateness; event time is the largest seen, of rows and of idle ticks. A row for a closed window is counted
 * and dropped.
 */
export const tumblingWindows = ({ length, grouped }: Windows, plan: StatPlan, env: Env): SignalOperator =>
	transform(() => {
		const timeOf = plan.times?.(env) ?? (() => null);
		const clock = new WindowClock(length, env.info.startWall);
		const windows = new OpenWindows(clock, compileAggregation(plan, env), grouped);
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

/** Numbers of windows: number n is [n * length, (n + 1) * length) ns since the epoch. */
class WindowClock {
	readonly #length: number;
	/** Number of the window that the capture starts in, and how far into it. */
	readonly #first: number;
	readonly #offset: number;

	constructor(length: number, startWall: bigint) {
		this.#length = Math.round(length);
		const ns = BigInt(this.#length);
		this.#first = Number(startWall / ns);
		this.#offset = Number(startWall % ns);
	}

	/** Of a time since the start of the capture. */
	numberOf(time: number): number {
		return this.#first + Math.floor((time + this.#offset) / this.#length);
	}

	boundsOf(number: number): { start: number; end: number } {
		const start = (number - this.#first) * this.#length - this.#offset;
		return { start, end: start + this.#length };
	}
}

class OpenWindows {
	readonly #clock: WindowClock;
	readonly #aggregation: Aggregation;
	readonly #grouped: boolean;
	readonly #open = new Map<number, Grouping>();
	/** The window to close next. The first is the one that the capture starts in, or that of a row before it. */
	#next: number;
	#closedAny = false;
	#latest = 0;

	constructor(clock: WindowClock, aggregation: Aggregation, grouped: boolean) {
		this.#clock = clock;
		this.#aggregation = aggregation;
		this.#grouped = grouped;
		this.#next = clock.numberOf(0);
	}

	/** False for a row that comes too late. */
	add(row: Row, time: number): boolean {
		const number = this.#clock.numberOf(time);
		if (number < this.#next) {
			if (this.#closedAny) return false;
			this.#next = number;
		}
		this.advance(time);
		let grouping = this.#open.get(number);
		if (grouping === undefined) {
			grouping = this.#aggregation.open();
			this.#open.set(number, grouping);
		}
		this.#aggregation.add(grouping, row);
		return true;
	}

	advance(time: number): void {
		if (time > this.#latest) this.#latest = time;
	}

	/** Closes what the watermark has passed. */
	close(out: Output): void {
		this.#closeBefore(this.#clock.numberOf(this.#latest - LATENESS_NS), out);
	}

	closeAll(out: Output): void {
		this.#closeBefore(this.#clock.numberOf(this.#latest) + 1, out);
	}

	#closeBefore(end: number, out: Output): void {
		if (end <= this.#next) return;
		const withRows = [...this.#open.keys()].filter((number) => number < end).sort((a, b) => a - b);
		for (const number of withRows) {
			this.#giveEmpty(number, out);
			this.#give(number, out);
		}
		this.#giveEmpty(end, out);
		this.#next = end;
		this.#closedAny = true;
	}

	#giveEmpty(before: number, out: Output): void {
		if (this.#grouped) return;
		for (let number = Math.max(this.#next, before - MAX_EMPTY_WINDOWS); number < before; number++)
			this.#give(number, out);
	}

	#give(number: number, out: Output): void {
		const grouping = this.#open.get(number) ?? this.#aggregation.open();
		this.#open.delete(number);
		const window = this.#clock.boundsOf(number);
		out.next({ kind: 'table', rows: this.#aggregation.rows(grouping, window), window, final: true });
		this.#next = number + 1;
	}
}
