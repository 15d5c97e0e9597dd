import type { Subject } from 'rxjs';
import { type CaptureDemand, WHOLE } from '../capture/demand.ts';
import type { CaptureInfo, Source } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import { Assembler } from '../connection/assembler.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Signal } from '../query/signal.ts';
import type { SourcePresent } from './source-present.ts';
import type { Observed } from './within-scope.ts';

export interface FeedOptions {
	readonly source: Source;
	/** Of all who read it: what the connections keep for them. */
	readonly demand: CaptureDemand;
	/** Times count from the start of this capture: the source's own, or that of the one it is read beside. */
	readonly clock: Pick<CaptureInfo, 'startWall'>;
	readonly completeness: Completeness;
	/** Sees every batch of events before it is read. */
	readonly record: ((bytes: Uint8Array, length: number) => void) | null;
	/** Which exchanges are asked for; null: all. */
	readonly inScope: ((observed: Observed) => boolean) | null;
	readonly present: SourcePresent;
	readonly onExchanges: (count: number) => void;
	/** Whether anybody still reads: what comes after shall not count as lost either. */
	readonly isRead: () => boolean;
}

const infoBy = (info: CaptureInfo, { startWall }: FeedOptions['clock']): CaptureInfo => ({
	...info,
	startWall,
	startMono: info.startMono - (info.startWall - startWall),
});

/**
 * Starts a source and turns its events into exchanges: events → connections → exchanges → `out`. Resolves when the source
 * has ended, to the error that ended it if one did; `out` is complete then.
 */
export function feed(options: FeedOptions, out: Subject<Signal>): Promise<Error | null> {
	const { source, demand, clock, completeness, record, inScope, onExchanges, isRead, present } = options;
	const info = infoBy(source.info, clock);
	const onRows = (all: readonly Exchange[]): void => {
		const rows = inScope === null ? all : all.filter(inScope);
		if (rows.length === 0 || !isRead()) return;
		onExchanges(rows.length);
		out.next({ kind: 'rows', rows });
	};
	const onTime = (now: number): void => out.next({ kind: 'time', now });
	return new Promise((resolve) => {
		const onEnd = (error: Error | null): void => {
			out.complete();
			present.changes.complete();
			resolve(error);
		};
		if (source.startExchanges !== undefined) {
			// Who restricts the scope looks at the ends of every exchange.
			const asked =
				inScope === null ? demand : { ...demand, fields: [...(demand.fields ?? []), WHOLE], leastLatency: 0 };
			const onQuick = (count: number): void => {
				if (isRead()) onExchanges(count);
			};
			source.startExchanges({ startWall: clock.startWall, demand: asked, onRows, onQuick, onTime }, onEnd);
			return;
		}
		const { protocols, bodyBytes, fields, stages, connections } = demand;
		const assembler = new Assembler({
			...{ info, protocols, bodyBytes, fields, connections, completeness, onRows, onTime },
			stages: stages.length > 0,
			onEnding: (now) => out.next({ kind: 'time', now, ending: true }),
			onConnection: (view) => present.changed(view),
		});
		present.connect(assembler, inScope);
		const onEvents = (bytes: Uint8Array, length: number): void => {
			record?.(bytes, length);
			if (isRead()) assembler.feed(bytes, length);
		};
		// A recording is of records, and only they are moved to another clock.
		if (source.tell === undefined || record !== null || info.startMono !== source.info.startMono)
			source.start(onEvents, onEnd);
		else source.tell(assembler.sink(isRead), onEnd);
	});
}
