import type { Completeness } from '../completeness.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { CaptureDemand } from './demand.ts';
import type { EventSink } from './event-sink.ts';

/** Facts about a capture that hold for its whole length. */
export interface CaptureInfo {
	/** CLOCK_MONOTONIC ns at the start: times of exchanges are relative to it. */
	readonly startMono: bigint;
	/** ns since the epoch at the start. */
	readonly startWall: bigint;
	/** "live" or the file's name: for messages. */
	readonly name: string;
	readonly live: boolean;
	/** With what the events were taken. */
	readonly demand: CaptureDemand;
	/** The name that its files have told of an address so far; absent: none. */
	readonly nameOf?: (ip: string) => string | null;
	/** Fields that are null in all that it tells; absent: none. */
	readonly unknown?: ReadonlySet<string>;
	/** All its exchanges are of that end; absent: of either. */
	readonly onlySide?: 'client';
	/** Whether it can tell a common field; absent: all of them. */
	readonly tells?: (field: string) => boolean;
}

/** What is asked of a source that holds exchanges. */
export interface ExchangeRequest {
	readonly startWall: bigint;
	readonly demand: CaptureDemand;
	readonly onRows: (rows: readonly Exchange[]) => void;
	/** How many exchanges came besides that took less than `demand.leastLatency`: they need not come as rows. */
	readonly onQuick: (count: number) => void;
	/** The time, ns since `startWall`, where there was one: at the end, and through a pipe on the way. */
	readonly onTime: (now: number) => void;
}

/**
 * `bytes[0, length)` holds whole records; the buffer is the source's own and is used again after the call, so who wants to
 * keep bytes copies them. The consumer works synchronously.
 */
export type OnEvents = (bytes: Uint8Array, length: number) => void;

/** A source of capture events (bpf/events.h). The last record of every capture is `end`. */
export interface Source {
	readonly info: CaptureInfo;
	/** Starts the flow; `onEnd` is called once, with the error that ended it if one did. */
	start(onEvents: OnEvents, onEnd: (error: Error | null) => void): void;
	/**
	 * In place of `start`, where the events are not those of the kernel: to tell them costs less than to write and read
	 * records. Absent: there is only `start`.
	 */
	tell?(sink: EventSink, onEnd: (error: Error | null) => void): void;
	/** Ends the flow early: drains what is there, sends `end`, calls `onEnd`. A second call does nothing. */
	stop(): void;
	/**
	 * To be called instead of `start` where it is there: what is read are exchanges, not events. Their times count from
	 * `startWall`, and only what is demanded of them can be asked for.
	 */
	startExchanges?(request: ExchangeRequest, onEnd: (error: Error | null) => void): void;
	/** Takes no more than this from now on, without a gap in what goes on; absent where there is nothing to spare. */
	narrow?(demand: CaptureDemand): void;
	/** Stops reading until `resume`, so that another source can catch up; absent where events do not wait. */
	pause?(): void;
	resume?(): void;
	/** Bytes of its files read so far, as they are stored, and all that there are; null where nobody knows. */
	progress?(): { readonly read: number; readonly size: number | null };
	/** Adds what is missing in the files themselves; to be called at the end. */
	countMissing?(completeness: Completeness): void;
	/** What who reads the results should know of its files, in words; null: nothing. To be called at the end. */
	notice?(): string | null;
}
