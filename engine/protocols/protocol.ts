import type { Completeness } from '../completeness.ts';
import type { Endpoint, Exchange, Outcome, Process } from '../exchange/exchange.ts';
import type { Field, Value, ValueMap } from '../exchange/field.ts';
import type { LogLine } from '../exchange/logged/log-line.ts';
import type { LoggedExchange } from '../exchange/logged/logged-exchange.ts';

/** Of bytes, as the observed end sees them. */
export type Direction = 'in' | 'out';

export const opposite = (direction: Direction): Direction => (direction === 'in' ? 'out' : 'in');

/** What the first bytes of a message tell; `more`: too few bytes to say. */
export type Verdict = 'request' | 'response' | 'no' | 'more';

/**
 * Consecutive captured bytes of one direction: `bytes[start, end)`. Valid during the call only, both the object and the
 * bytes.
 */
export interface Chunk {
	readonly bytes: Buffer;
	readonly start: number;
	readonly end: number;
	/** Where the bytes of the last of its events begin; `start` when there is but one. */
	readonly lastEvent: number;
	/** When that event began; of no meaning when there is but one. */
	readonly lastEventTime: number;
	/** Stream position of `bytes[start]`. */
	readonly pos: number;
	/** When the first of the bytes reached TCP or the process, and the last. */
	readonly firstTime: number;
	readonly lastTime: number;
	/** Thread group id of the process that sent or read them. */
	readonly tgid: number;
}

/** What is left of a chunk behind the bytes that were taken. */
export const behind = (chunk: Chunk, taken: number): Chunk => {
	const start = chunk.start + taken;
	const firstTime = beganAt(chunk, start);
	return { ...chunk, start, firstTime, lastEvent: Math.max(chunk.lastEvent, start), pos: chunk.pos + taken };
};

/** When what begins at an index of a chunk came: events are merged until they tell what they are, however long that takes. */
export const beganAt = ({ start, lastEvent, firstTime, lastEventTime }: Chunk, at: number): number =>
	lastEvent > start && at >= lastEvent ? lastEventTime : firstTime;

/** Consecutive bytes that were not captured. */
export interface Gap {
	readonly pos: number;
	readonly length: number;
	readonly firstTime: number;
	readonly lastTime: number;
	/** The query wanted these bytes; else they are payload that was left out by budget. */
	readonly lost: boolean;
	/** As of Chunk; 0: nobody knows. */
	readonly tgid: number;
}

/** What a parser may use of its connection. */
export interface ParserHost {
	readonly endpoint: Endpoint;
	/** Body bytes of each message to keep. */
	readonly bodyBytes: number;
	/** As of CaptureDemand: names of the fields that are read. */
	readonly fields?: readonly string[] | undefined;
	readonly completeness: Completeness;
	/** The process with that thread group id as known now. */
	readonly process: (tgid: number) => Process | null;
	readonly emit: (exchange: Exchange) => void;
	/** Its process has closed before the other end did: what it was receiving may have had more to come. */
	readonly hasLetGo?: boolean;
	/** Its process has closed it by a reset: the other end does not have all that was sent. Absent: not so. */
	readonly hasReset?: boolean;
	/** The connection was there before the capture, and so may be requests that are out; absent: it was not. */
	readonly isOlder?: boolean;
	/** Whether exchanges of another protocol, which this one turns into, are wanted too; absent: they are. */
	readonly wants?: (protocol: string) => boolean;
	/** Whether somebody reads the exchanges of that protocol: what nobody does is read for where it ends; absent: they do. */
	readonly reads?: (protocol: string) => boolean;
}

/** Body bytes to keep of each message of that protocol. */
export const bodyBytesOf = (host: ParserHost, protocol: string): number =>
	host.reads?.(protocol) === false ? 0 : host.bodyBytes;

/** Given by `data`: too few bytes to tell what they are; the same ones are to come again with more behind them. */
export const NEEDS_MORE = -1;

/** Turns the two byte streams of one connection into exchanges. Never throws; its state is bounded. */
export interface ProtocolParser {
	/**
	 * Takes bytes and gives how many it took: fewer than all only when it has to wait for the other direction, or all
	 * up to `lastEvent`, or NEEDS_MORE. With `force` all waits are over and it takes all.
	 */
	readonly data: (direction: Direction, chunk: Chunk, force: boolean) => number;
	readonly gap: (direction: Direction, gap: Gap) => void;
	/** No more bytes will come in that direction; `outcome` is what that means for who waits for them. */
	readonly end: (direction: Direction, outcome: Outcome, time: number) => void;
	/** The connection is gone, or the capture has ended (`waiting`): what is unfinished becomes exchanges. */
	readonly close: (outcome: Outcome, time: number) => void;
	/**
	 * The requests that have no complete answer, as of `now`: outcome `waiting`, and that moment for an end. Their messages
	 * may still grow.
	 */
	readonly pending: (now: number) => readonly Exchange[];
	/**
	 * What it did not take, and all that follows, is of another protocol: this one has ended for good, or was a wrong
	 * guess. It is closed then.
	 */
	readonly over?: boolean;
	/** What `direction` says has to wait for the other one however long that takes, as what may be in a tunnel does. */
	readonly waits?: (direction: Direction) => boolean;
}

/**
 * The status of the first line `bytes[start, end)` of a message, `view` on the same bytes: null of a request, undefined when
 * it is none of either.
 */
export type StatusOf = (bytes: Buffer, view: DataView, start: number, end: number) => number | null | undefined;

/** A protocol: all that the rest knows about it. */
export interface ProtocolModule {
	/** As queries write it. */
	readonly name: string;
	/** As the JSON document writes it. */
	readonly title: string;
	/** What its exchanges are, for the reference. */
	readonly doc: string;
	readonly fields: readonly Field[];
	/** Names of the columns that a table of its exchanges shows when the query does not choose. */
	readonly columns: readonly string[];
	/** Looks at what may be the first bytes of a message: by content, never by port. `isAll`: more of them will not come. */
	readonly detect: (bytes: Buffer, start: number, end: number, isAll: boolean) => Verdict;
	/**
	 * An exchange as its fields need it, of the texts of its messages in a log; null when they are none of this protocol.
	 * Absent: a log has the fields themselves.
	 */
	readonly restore?: (logged: LoggedExchange) => Exchange | null;
	/** A field that a log has in the texts of the messages alone, of one whose other fields stand in `own`. */
	readonly fromTexts?: (logged: LoggedExchange, field: string, own: ValueMap) => Value;
	/** The same of the first lines of the texts, for the fields that need no more than those of the texts named. */
	readonly restoreStart?: {
		readonly fields: ReadonlyMap<string, readonly ('request' | 'response')[]>;
		readonly make: (logged: LoggedExchange) => Exchange | null;
		/** The status of what `make` gives, without it. */
		readonly status: (line: LogLine) => number | null;
		/** What `status` needs of each of the two. */
		readonly statusOf: StatusOf;
	};
	/** `requests` is the direction of the requests; `fromStart`: nothing of the connection was missed before. */
	readonly open: (host: ParserHost, requests: Direction, fromStart: boolean) => ProtocolParser;
}
