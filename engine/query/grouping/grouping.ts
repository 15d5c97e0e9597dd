import type { Value } from '../../exchange/field.ts';
import { NS_PER_SECOND } from '../../nanoseconds.ts';
import type { Accumulator } from '../aggregates/aggregate.ts';
import { Span } from '../aggregates/rate.ts';
import type { Row } from '../signal.ts';
import { KeyIndex } from './key-index.ts';
import type { GroupingPlan } from './plan.ts';
import { type RolledUp, rollUp } from './rollup.ts';

/**
 * Rows that are kept for an exact answer: rolling up 100,000 of them takes about 10 ms (25 the first time), as long as the
 * event loop may stall. Beyond that each group goes on with accumulators, whose quantiles are within 1%.
 */
export const EXACT_ROWS = 100_000;

/** Small, because there may be thousands of sessions. */
const FIRST_CAPACITY = 32;

interface Group {
	readonly feeds: readonly Accumulator[];
	/** What took over from the columns; null before. */
	successors: readonly Accumulator[] | null;
}

/**
 * An array that has held objects, as its copies have then: V8 takes a new one for one of integers, and would compile anew
 * with every window what reads it.
 */
const NO_GROUPS: Group[] = [{ feeds: [], successors: null }];
NO_GROUPS.length = 0;

/**
 * The rows of one window, grouped:
 *
 *     row ─► key ─► number of its group ─► groups[n]      one integer per row ┐
 *         ├► numbers ───────────────────► columns[c][n]   one double per row  ┴► rollUp, when asked
 *         └► all else ──────────────────► accumulators of the group
 */
export class Grouping {
	readonly #plan: GroupingPlan;
	readonly #index: KeyIndex;
	readonly #groups: Group[] = NO_GROUPS.slice();
	readonly #key: Value[];
	readonly #time = new Span();
	#rows = 0;
	#numbers = new Uint32Array(FIRST_CAPACITY);
	#columns: Float64Array<ArrayBuffer>[];
	#spilled = false;
	/** The kept rows in accumulators: a pane is part of many windows, and most of them are alike. */
	#copy: { readonly rows: number; readonly groups: readonly (readonly Accumulator[])[] } | null = null;

	constructor(plan: GroupingPlan) {
		this.#plan = plan;
		this.#index = new KeyIndex(plan.keys.length);
		this.#key = new Array<Value>(plan.keys.length).fill(null);
		this.#columns = plan.columns.map(() => new Float64Array(FIRST_CAPACITY));
	}

	/** Gives whether the row's key had to be folded into `(other)`. */
	add(row: Row): boolean {
		const { keys, columns, feeds, time } = this.#plan;
		for (let at = 0; at < keys.length; at++) this.#key[at] = keys[at]!(row);
		const number = this.#index.numberOf(this.#key);
		const group = this.#groupOf(number);
		for (let at = 0; at < feeds.length; at++) {
			const feed = feeds[at]!;
			const value = feed.value(row);
			if (value !== null) group.feeds[at]!.add(value, feed.companion(row));
		}
		if (time !== null) this.#time.add(time(row));
		if (this.#rows === EXACT_ROWS) this.#spill();
		if (this.#rows === this.#numbers.length) this.#grow();
		for (let at = 0; at < columns.length; at++) this.#columns[at]![this.#rows] = columns[at]!(row);
		this.#numbers[this.#rows++] = number;
		return number === this.#index.other;
	}

	/** Adds what another grouping of the same plan holds, which stays as it is. Gives how many groups had to be folded. */
	merge(other: Grouping): number {
		this.#time.merge(other.#time);
		let folded = 0;
		const numbers = other.#groups.map((group, number) => {
			const isOther = number === other.#index.other;
			const own = isOther ? this.#index.fold() : this.#index.numberOf(other.#index.keys[number]!);
			if (!isOther && own === this.#index.other) folded++;
			const { feeds } = this.#groupOf(own);
			for (let at = 0; at < feeds.length; at++) feeds[at]!.merge(group.feeds[at]!);
			return own;
		});
		if (this.#spilled || other.#spilled || this.#rows + other.#rows > EXACT_ROWS) {
			this.#spill();
			for (const [number, parts] of other.#accumulated().entries()) {
				const { successors } = this.#groups[numbers[number]!]!;
				for (let at = 0; at < parts.length; at++) successors![at]!.merge(parts[at]!);
			}
			return folded;
		}
		while (this.#rows + other.#rows > this.#numbers.length) this.#grow();
		for (let at = 0; at < this.#columns.length; at++)
			this.#columns[at]!.set(other.#columns[at]!.subarray(0, other.#rows), this.#rows);
		for (let row = 0; row < other.#rows; row++) this.#numbers[this.#rows + row] = numbers[other.#numbers[row]!]!;
		this.#rows += other.#rows;
		return folded;
	}

	/** For every group its key and the values of the aggregates. Without keys there is one group even of no rows. */
	result(): readonly (readonly Value[])[] {
		if (this.#plan.keys.length === 0) this.#groupOf(0);
		if (this.#spilled) this.#spill();
		const rolled = this.#spilled ? null : this.#rollUp();
		const seconds = (this.#time.value() ?? 0) / NS_PER_SECOND;
		return this.#groups.map((group, number) => {
			const values = this.#plan.outputs.map((output, at) =>
				output.kind === 'fed'
					? group.feeds[output.feed]!.value(output.parameter ?? seconds)
					: rolled === null
						? group.successors![output.successor]!.value(output.call.parameter)
						: (rolled[at]?.(number) ?? output.call.rollup.empty ?? null),
			);
			return [...this.#index.keys[number]!, ...values];
		});
	}

	#groupOf(number: number): Group {
		const known = this.#groups[number];
		if (known !== undefined) return known;
		const group = { feeds: this.#plan.feeds.map((feed) => feed.create()), successors: null };
		this.#groups[number] = group;
		return group;
	}

	/** For each output that is rolled up the values of the groups. */
	#rollUp(): readonly (RolledUp | undefined)[] {
		const calls = this.#plan.outputs.flatMap((output) => (output.kind === 'rolled' ? [output.call] : []));
		if (this.#rows === 0 || calls.length === 0) return [];
		const columns = this.#columns.map((column) => column.subarray(0, this.#rows));
		const rolled = rollUp(this.#numbers.subarray(0, this.#rows), this.#groups.length, columns, calls);
		let next = 0;
		return this.#plan.outputs.map((output) => (output.kind === 'rolled' ? rolled[next++] : undefined));
	}

	#grow(): void {
		const capacity = this.#numbers.length * 4;
		const numbers = new Uint32Array(capacity);
		numbers.set(this.#numbers);
		this.#numbers = numbers;
		this.#columns = this.#columns.map((column) => {
			const larger = new Float64Array(capacity);
			larger.set(column);
			return larger;
		});
	}

	/** Moves the kept rows into accumulators. */
	#spill(): void {
		this.#spilled = true;
		for (const group of this.#groups) group.successors ??= this.#newSuccessors();
		this.#addRows(this.#groups.map(({ successors }) => successors!));
		this.#rows = 0;
	}

	/** All that it holds in accumulators, by the group. Rows that are kept stay: a window with few others is exact. */
	#accumulated(): readonly (readonly Accumulator[])[] {
		if (this.#spilled) {
			this.#spill();
			return this.#groups.map(({ successors }) => successors!);
		}
		if (this.#copy?.rows !== this.#rows) {
			this.#copy = { rows: this.#rows, groups: this.#groups.map(() => this.#newSuccessors()) };
			this.#addRows(this.#copy.groups);
		}
		return this.#copy.groups;
	}

	#newSuccessors(): readonly Accumulator[] {
		return this.#plan.successors.map(({ create }) => create());
	}

	#addRows(groups: readonly (readonly Accumulator[])[]): void {
		for (const [at, { column }] of this.#plan.successors.entries()) {
			const values = column === null ? null : this.#columns[column]!;
			for (let row = 0; row < this.#rows; row++) {
				const value = values === null ? 1 : values[row]!;
				if (!Number.isNaN(value)) groups[this.#numbers[row]!]![at]!.add(value, null);
			}
		}
	}
}
