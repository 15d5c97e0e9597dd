/** Times of a range of bytes on its way through the kernel, ns since the start of the capture; null: not known. */
export interface StageTimes {
	/** Sent: the packets with its first and its last byte came to the queue of the device. */
	readonly queued: number | null;
	readonly queuedEnd: number | null;
	/** They came to the driver of the device. */
	readonly sent: number | null;
	readonly sentEnd: number | null;
	/** Received: its packet was taken from the device, came to TCP, was told to the process as readable. */
	readonly received: number | null;
	readonly tcp: number | null;
	readonly readable: number | null;
	/** Index of the device in the namespace of the socket. */
	readonly interface: number | null;
	/** Smoothed round trip of the connection at that moment, ns. */
	readonly rtt: number | null;
}

/** Nothing is known yet. */
export const NO_TIMES: StageTimes = {
	queued: null,
	queuedEnd: null,
	sent: null,
	sentEnd: null,
	received: null,
	tcp: null,
	readable: null,
	interface: null,
	rtt: null,
};

/** Bytes `[pos, end)` of one direction of a connection, of which something is known. */
export interface StageRange {
	readonly pos: number;
	readonly end: number;
	/** `call`: what a process sent or read at once; `part`: a part of that, or bytes that left later. */
	readonly kind: 'call' | 'part' | 'retransmit';
	/** When the first byte of a call reached TCP or the process, or when the range was sent again. */
	readonly time: number;
	readonly times: StageTimes | null;
	/** Name of the interface. */
	readonly iface: string | null;
}

/** A part of a message that passed one place at one time. */
export interface StageEvent {
	readonly time: number;
	readonly size: number;
	readonly iface: string | null;
}

/** One of the times: a function for each, for properties by computed names cost four times as much. */
type TimeOf = (times: StageTimes) => number | null;

const QUEUED_END: TimeOf = (times) => times.queuedEnd;
const SENT: TimeOf = (times) => times.sent;
const SENT_END: TimeOf = (times) => times.sentEnd;
const RECEIVED: TimeOf = (times) => times.received;
const TCP: TimeOf = (times) => times.tcp;
const READABLE: TimeOf = (times) => times.readable;

const known = ({ times }: StageRange, timeOf: TimeOf): number | null => (times === null ? null : timeOf(times));

const isAt = (range: StageRange, pos: number): boolean => range.pos <= pos && pos < range.end;

/** Ranges of the messages under way in one direction: with their calls and packets of 64 KiB these are 32 MiB and more. */
export const MAX_RANGES = 1024;

/** What is known of the way of one message through the kernel at the observed end. */
export class MessageStages {
	/** As the observed end sees the message. */
	readonly direction: 'in' | 'out';
	readonly #pos: number;
	readonly #end: number;
	/** In the order of their events. */
	readonly #ranges: StageRange[];

	/** `ranges` are those that overlap `[pos, end)`, the bytes of the message; they are its own from here on. */
	constructor(direction: 'in' | 'out', pos: number, end: number, ranges: StageRange[]) {
		this.direction = direction;
		this.#pos = pos;
		this.#end = end;
		this.#ranges = ranges;
	}

	/** What became known when the exchange was already over: bytes that TCP had taken and that left later. */
	addLate(range: StageRange): void {
		if (range.pos < this.#end && range.end > this.#pos && this.#ranges.length < MAX_RANGES) this.#ranges.push(range);
	}

	/** Sent: when its last byte came to the queue of the device, and to the driver. */
	get queued(): number | null {
		return this.#last(QUEUED_END);
	}

	get sent(): number | null {
		return this.#last(SENT_END);
	}

	/** Received: when its first byte came from the device, to TCP, and was there for the process to read. */
	get received(): number | null {
		return this.#first(RECEIVED);
	}

	get tcp(): number | null {
		return this.#first(TCP);
	}

	get readable(): number | null {
		return this.#first(READABLE);
	}

	/** When the process began the call that sent or read its last byte. */
	get lastCall(): number | null {
		return this.#ranges.findLast((range) => range.kind === 'call' && isAt(range, this.#end - 1))?.time ?? null;
	}

	/**
	 * Of the ns from its first call to its last those in which nobody but the process was waited for: all that it had
	 * written had left, or what it was to read lay there. Null where the kernel's part is not known.
	 */
	get processTime(): number | null {
		const calls = this.#ranges.filter(({ kind }) => kind === 'call');
		const ready = calls.slice(1).map((call, i) => this.#readyFor(call, calls[i]));
		if (!this.#ranges.some(({ times }) => (times?.queuedEnd ?? times?.readable ?? null) !== null)) return null;
		return ready.reduce<number>((sum, time, i) => {
			const [before, call] = [calls[i].time, calls[i + 1].time];
			return sum + (time === null ? 0 : Math.max(0, call - Math.max(before, time)));
		}, 0);
	}

	/** From when on the process could have made a call, but for the one `before` it. */
	#readyFor(call: StageRange, before: StageRange): number | null {
		return this.direction === 'in' ? this.#at(call.pos, READABLE) : this.#at(before.end - 1, QUEUED_END);
	}

	/** The interface of these times. */
	get iface(): string | null {
		const [pos, stages] = this.direction === 'in' ? [this.#pos, [RECEIVED]] : [this.#end - 1, [SENT_END, QUEUED_END]];
		const ranges = stages.map((timeOf) => this.#knowing(pos, timeOf));
		return ranges.find((range) => range !== null)?.iface ?? null;
	}

	/** Round trip as of its last event. */
	get rtt(): number | null {
		const ranges = this.#ranges;
		for (let i = ranges.length - 1; i >= 0; i--) {
			const rtt = ranges[i].times?.rtt ?? null;
			if (rtt !== null) return rtt;
		}
		return null;
	}

	/** How often TCP sent some of its bytes again. */
	get retransmits(): number {
		return this.resent(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
	}

	/** How often it did between two times. */
	resent(from: number, to: number): number {
		let count = 0;
		for (const range of this.#ranges)
			if (range.kind === 'retransmit' && range.time >= from && range.time <= to) count++;
		return count;
	}

	/** What the process sent or read at once. */
	get calls(): readonly StageEvent[] {
		return this.#events((range) => (range.kind === 'call' ? range.time : null));
	}

	/** What passed the interface at once. */
	get passages(): readonly StageEvent[] {
		const timeOf = this.direction === 'in' ? RECEIVED : SENT;
		return this.#events((range) => known(range, timeOf));
	}

	/** The first range that knows that time of the byte at `pos`. */
	#knowing(pos: number, timeOf: TimeOf): StageRange | null {
		for (const range of this.#ranges) if (isAt(range, pos) && known(range, timeOf) !== null) return range;
		return null;
	}

	#at(pos: number, timeOf: TimeOf): number | null {
		const range = this.#knowing(pos, timeOf);
		return range === null ? null : known(range, timeOf);
	}

	#first(timeOf: TimeOf): number | null {
		return this.#at(this.#pos, timeOf);
	}

	#last(timeOf: TimeOf): number | null {
		return this.#at(this.#end - 1, timeOf);
	}

	/** One event for each time: a range that was captured in several records is one. */
	#events(timeOf: (range: StageRange) => number | null): readonly StageEvent[] {
		const events: { time: number; size: number; iface: string | null }[] = [];
		for (const range of this.#ranges) {
			const time = timeOf(range);
			if (time === null) continue;
			const size = Math.min(range.end, this.#end) - Math.max(range.pos, this.#pos);
			const before = events.at(-1);
			if (before?.time === time) before.size += size;
			else events.push({ time, size, iface: range.iface });
		}
		return events;
	}
}
