import { NOT_YET } from '../double.ts';

/** A data event as its stream takes it: one object is used for all of them, so nobody keeps it. */
export interface DataEvent {
	pos: number;
	/** Bytes of the stream that it stands for. */
	len: number;
	/** The first of them, which are `bytes[start, start + captured)`. */
	captured: number;
	bytes: Buffer;
	start: number;
	firstTime: number;
	lastTime: number;
	/** Thread group id of the process that sent or read. */
	tgid: number;
	/** The query wanted the bytes that are not there. */
	lost: boolean;
	/** Counts the events of its connection, so that both directions can be put into the order of their events. */
	arrival: number;
}

export const newDataEvent = (): DataEvent => ({
	pos: NOT_YET,
	len: 0,
	captured: 0,
	bytes: Buffer.alloc(0),
	start: 0,
	firstTime: NOT_YET,
	lastTime: NOT_YET,
	tgid: 0,
	lost: false,
	arrival: 0,
});
