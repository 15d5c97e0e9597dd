import { NOT_YET } from '../not-yet.ts';
import type { Chunk } from '../protocols/protocol.ts';

/** A data event as its stream takes it, and hands it on as it is: one object is used for all of them, so nobody keeps it. */
export interface DataEvent extends Chunk {
	/** Its first bytes, as far as they were captured, are `bytes[start, end)`. */
	bytes: Buffer;
	start: number;
	end: number;
	lastEvent: number;
	lastEventTime: number;
	pos: number;
	/** Bytes of the stream that it stands for. */
	len: number;
	firstTime: number;
	lastTime: number;
	tgid: number;
	/** The query wanted the bytes that are not there. */
	lost: boolean;
	/** Counts the events of its connection, so that both directions can be put into the order of their events. */
	arrival: number;
}

export const NO_BYTES: Buffer = Buffer.alloc(0);

export const newDataEvent = (): DataEvent => ({
	bytes: NO_BYTES,
	start: 0,
	end: 0,
	lastEvent: 0,
	lastEventTime: NOT_YET,
	pos: NOT_YET,
	len: 0,
	firstTime: NOT_YET,
	lastTime: NOT_YET,
	tgid: 0,
	lost: false,
	arrival: 0,
});
