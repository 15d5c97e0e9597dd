import { Subject } from 'rxjs';
import type { CaptureDemand } from '../capture/demand.ts';
import type { Source } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import { Assembler } from '../connection/assembler.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Plan } from '../query/plan.ts';
import type { Signal } from '../query/signal.ts';

/** A plan and where its results go. */
export interface Running {
	readonly plan: Plan;
	readonly take: (signal: Signal) => void;
	readonly fail: (error: unknown) => void;
}

export interface FeedOptions {
	readonly source: Source;
	/** Of all its plans: what the connections keep for them. */
	readonly demand: CaptureDemand;
	readonly running: readonly Running[];
	readonly completeness: Completeness;
	readonly refreshEvery: number | null;
	readonly warn: (message: string) => void;
	/** A query's `fail` met its condition. */
	readonly fail: (reason: string) => void;
	/** Sees every batch of events before it is read. */
	readonly record: ((bytes: Uint8Array, length: number) => void) | null;
	/** Which exchanges the plans are for; null: all. */
	readonly inScope: ((exchange: Exchange) => boolean) | null;
	readonly onExchanges: (count: number) => void;
}

/**
 * Runs plans on one source: events → connections → exchanges → plans. When every plan has had enough the source is
 * stopped. Resolves when the source has ended, to the error that ended it if one did.
 */
export function runFeed(options: FeedOptions): Promise<Error | null> {
	const { source, demand, running, completeness, refreshEvery, warn, fail, record, inScope, onExchanges } = options;
	const { info } = source;
	const exchanges = new Subject<Signal>();
	const unread = new Set(running);
	const context = { info, completeness, warn, fail, refreshEvery };
	const done = (one: Running): void => {
		unread.delete(one);
		// Later, because stopping drains into the buffer that is being read now.
		if (unread.size === 0) queueMicrotask(() => source.stop());
	};
	for (const one of running) {
		one.plan.run(exchanges, context).subscribe({
			next: one.take,
			error: (error: unknown) => {
				one.fail(error);
				done(one);
			},
			complete: () => done(one),
		});
	}
	const assembler = new Assembler({
		info,
		protocols: demand.protocols,
		bodyBytes: demand.bodyBytes,
		stages: demand.stages,
		completeness,
		onRows: (all) => {
			const rows = inScope === null ? all : all.filter(inScope);
			if (unread.size === 0 || rows.length === 0) return;
			onExchanges(rows.length);
			exchanges.next({ kind: 'rows', rows });
		},
		onTime: (now) => exchanges.next({ kind: 'time', now }),
	});
	return new Promise((resolve) => {
		source.start(
			(bytes, length) => {
				record?.(bytes, length);
				// What a query that had enough does not read shall not count as lost either.
				if (unread.size > 0) assembler.feed(bytes, length);
			},
			(error) => {
				exchanges.complete();
				resolve(error);
			},
		);
	});
}
