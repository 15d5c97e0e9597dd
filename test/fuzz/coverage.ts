import { type Profiler, Session } from 'node:inspector';

/** The parts of the program whose coverage counts. */
const OWN = /\/(engine|grammar)\//;

type Range = readonly [start: number, end: number];

const overlap = (some: readonly Range[], others: readonly Range[]): Range[] => {
	const common: Range[] = [];
	let i = 0;
	let j = 0;
	for (let a = some[0], b = others[0]; a !== undefined && b !== undefined; ) {
		const start = Math.max(a[0], b[0]);
		const end = Math.min(a[1], b[1]);
		if (start < end) common.push([start, end]);
		if (a[1] <= b[1]) a = some[++i];
		else b = others[++j];
	}
	return common;
};

const sizeOf = (ranges: readonly Range[]): number => ranges.reduce((sum, [start, end]) => sum + end - start, 0);

/** What ran since it was asked before. */
export interface Taken {
	/** By function: the parts that did not run. */
	readonly missed: ReadonlyMap<string, readonly Range[]>;
	/** Blocks of code that ran, each as often as it did. */
	readonly steps: number;
}

/** Which code has run: V8's own counters of blocks, by the inspector. A call of `take` costs about 2 ms. */
export class Coverage {
	readonly #session = new Session();
	/** By function that has run: the parts that never did. */
	readonly #missed = new Map<string, readonly Range[]>();
	#ran = 0;

	constructor() {
		this.#session.connect();
		this.#session.post('Profiler.enable');
		this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
	}

	/** Bytes of source that have run. */
	get size(): number {
		return this.#ran;
	}

	take(): Taken {
		const missed = new Map<string, readonly Range[]>();
		let steps = 0;
		for (const { url, functions } of this.#scripts()) {
			if (!OWN.test(url)) continue;
			for (const { ranges } of functions) {
				const [whole] = ranges;
				if (whole === undefined || whole.count === 0) continue;
				for (const { count } of ranges) steps += count;
				const parts = ranges.filter(({ count }) => count === 0);
				missed.set(
					`${url} ${whole.startOffset} ${whole.endOffset}`,
					parts.map(({ startOffset, endOffset }) => [startOffset, endOffset]),
				);
			}
		}
		return { missed, steps };
	}

	/** Whether something ran that never had. */
	isNew({ missed }: Taken): boolean {
		for (const [name, ranges] of missed) {
			const known = this.#missed.get(name);
			if (known === undefined || sizeOf(overlap(known, ranges)) < sizeOf(known)) return true;
		}
		return false;
	}

	add({ missed }: Taken): void {
		for (const [name, ranges] of missed) {
			const known = this.#missed.get(name);
			const left = known === undefined ? ranges : overlap(known, ranges);
			const [, start, end] = name.split(' ').map(Number);
			const before = known === undefined ? Number(end) - Number(start) : sizeOf(known);
			this.#ran += before - sizeOf(left);
			this.#missed.set(name, left);
		}
	}

	#scripts(): readonly Profiler.ScriptCoverage[] {
		let scripts: readonly Profiler.ScriptCoverage[] = [];
		this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
			if (error !== null) throw error;
			scripts = result;
		});
		return scripts;
	}
}
