import { type Observable, Subject } from 'rxjs';
import type { Source } from '../capture/source.ts';
import { exchangeOf } from '../query/rows.ts';
import type { Signal } from '../query/signal.ts';

/** One of several files that a query reads at once. */
export interface Lane {
	readonly signals: Observable<Signal>;
	readonly source: Pick<Source, 'pause' | 'resume'>;
}

interface Queued {
	readonly time: number;
	readonly signal: Signal;
}

/** What has come from one file and waits for the others: never more than one slice of it, for then it is paused. */
class Queue {
	readonly out = new Subject<Signal>();
	readonly source: Lane['source'];
	#waiting: Queued[] = [];
	#head = 0;
	#latest = Number.NEGATIVE_INFINITY;
	ended = false;

	constructor(source: Lane['source']) {
		this.source = source;
	}

	get first(): Queued | null {
		return this.#waiting[this.#head] ?? null;
	}

	/** A batch holds all that happened between two ticks, or more: its rows are put in order one by one. */
	add(signal: Signal): void {
		if (signal.kind === 'time') this.#push(signal.now, signal);
		else for (const row of signal.rows) this.#push(exchangeOf(row).endTime, { kind: 'rows', rows: [row] });
	}

	#push(time: number, signal: Signal): void {
		// A timeout is told late: the order of one file is kept.
		this.#latest = Math.max(this.#latest, time);
		this.#waiting.push({ time: this.#latest, signal });
	}

	give(): void {
		const { signal } = this.#waiting[this.#head++];
		if (this.#head === this.#waiting.length) {
			this.#waiting = [];
			this.#head = 0;
		}
		this.out.next(signal);
	}
}

/** The queue whose turn it is; null while a file that has not ended has nothing to compare. */
function next(queues: readonly Queue[]): Queue | null {
	let first: Queue | null = null;
	for (const queue of queues) {
		if (queue.first === null) {
			if (!queue.ended) return null;
		} else if (first?.first == null || queue.first.time < first.first.time) first = queue;
	}
	return first;
}

/**
 * Gives what several files tell in the order of time, as if it were one capture: an operator that pairs rows lets go of
 * those that event time has passed. A file that is ahead is paused, so the same files give the same answer.
 */
export function inTimeOrder(lanes: readonly Lane[]): readonly Observable<Signal>[] {
	const queues = lanes.map(({ source }) => new Queue(source));
	const settle = (): void => {
		for (let queue = next(queues); queue !== null; queue = next(queues)) queue.give();
		for (const { first, source } of queues) {
			if (first === null) source.resume?.();
			else source.pause?.();
		}
		for (const queue of queues) if (queue.ended && queue.first === null) queue.out.complete();
	};
	for (const [at, { signals }] of lanes.entries()) {
		const queue = queues[at];
		signals.subscribe({
			next: (signal) => {
				queue.add(signal);
				settle();
			},
			complete: () => {
				queue.ended = true;
				settle();
			},
		});
	}
	return queues.map(({ out }) => out);
}
