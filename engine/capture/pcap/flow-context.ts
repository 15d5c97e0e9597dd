import type { EventSink } from '../event-sink.ts';
import type { Overlapping } from './packet.ts';
import type { ReorderBudget } from './reorder.ts';
import type { FileCopies } from './sent-segments.ts';

/** Index of an end of a flow. */
export type End = 0 | 1;

/** What all flows of a file share. */
export interface FlowContext {
	readonly sink: EventSink;
	readonly budget: ReorderBudget;
	readonly newCookie: () => number;
	/** The observed one of two ends; null: it is the client. */
	readonly localEnd: (addresses: ArrayLike<number>) => End | null;
	readonly packets: Overlapping;
	readonly copies: FileCopies;
}
