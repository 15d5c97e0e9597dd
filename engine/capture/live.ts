import { setFlagsFromString } from 'node:v8';
import { CaptureError } from '../../addon/capture-error.ts';
import { readClocks } from '../../addon/index.ts';
import type { CaptureDemand } from './demand.ts';
import type { CaptureMode } from './live-hooks.ts';
import { type Kernel, openKernel } from './live-kernel.ts';
import type { LossCounters } from './live-records.ts';
import { LiveStream, type Moment } from './live-stream.ts';
import { LiveTurns } from './live-turns.ts';
import type { CaptureInfo, Source } from './source.ts';

export interface LiveStats {
	/** Bytes of events that the kernel has delivered. */
	readonly bytes: number;
	readonly ringBytes: number;
	readonly lost: LossCounters;
}

/** A capture of this machine, now. Its programs run from `openLive` on; events wait in the ring until `start`. */
export interface LiveSource extends Source {
	/** Changes what is captured from now on, to no more than it was opened for; `info` keeps the first demand. Throws a CaptureError. */
	setDemand(demand: CaptureDemand): void;
	readonly stats: LiveStats;
	/** Why `auto` captures by system calls: what the kernel lacks for the socket layer. */
	readonly fallback: CaptureError | null;
}

/** What a consumer that does not come back for a while can be late by: 25,000 exchanges with 1 KiB each. */
export const RING_BYTES = 32 << 20;
/**
 * While events come, a timer is cheaper than a wakeup for each; who looks at rows does not see when each of them came. But
 * a turn of the event loop costs as much as 50 requests, most of it for what others on the processor have pushed out of its
 * caches: at 100 to 5,000 requests a second turns every 5 ms took two to three times the CPU of turns every 50.
 */
const PAUSE_MS = 50;
/** After so long without an event the next one wakes us. */
const IDLE_NS = 100_000_000n;
/** Connections are looked at this often for who asks for them: 1 ms a thousand sockets on the machine it was measured on. */
const SEARCH_NS = 1_000_000_000n;
/** Then a timer only keeps the clock going. */
const IDLE_INTERVAL_MS = 100;

/**
 * V8's own threshold for its middle compiler: the launcher's is for queries that are soon over. 7% less CPU in the first
 * 2 s under load.
 */
const COMPILE_EARLY = '--invocation-count-for-maglev=400';

const now = (): Moment => {
	const { monotonic, wall } = readClocks();
	return { time: monotonic, offset: wall - monotonic };
};

class LiveCapture implements LiveSource {
	readonly info: CaptureInfo;
	readonly fallback: CaptureError | null;
	readonly #kernel: Kernel;
	readonly #ringBytes: number;
	readonly #turns: LiveTurns;
	#stream: LiveStream | null = null;
	#onEnd: (error: Error | null) => void = () => {};
	#timer: NodeJS.Timeout | null = null;
	#lastEvent: bigint;
	/** When the ring was looked at, ns. */
	#looked: bigint;
	/** The consumer is being called, so the end has to wait until it returns. */
	#busy = false;
	#stopped = false;
	/** What the kernel could not be asked any more. */
	#error: CaptureError | null = null;
	#lost: LossCounters | null = null;
	/** When connections were looked at; null: nobody asks for them. */
	#searched: bigint | null;

	constructor(
		kernel: Kernel,
		ringBytes: number,
		started: Moment,
		demand: CaptureDemand,
		fallback: CaptureError | null,
	) {
		this.fallback = fallback;
		this.#kernel = kernel;
		this.#ringBytes = ringBytes;
		this.#turns = new LiveTurns(started.time, ringBytes);
		this.#lastEvent = started.time;
		this.#looked = started.time;
		this.#searched = demand.connections ? started.time : null;
		this.info = {
			startMono: started.time,
			startWall: started.time + started.offset,
			name: 'live',
			live: true,
			demand,
		};
	}

	get stats(): LiveStats {
		return {
			bytes: this.#stream?.bytes ?? 0,
			ringBytes: this.#ringBytes,
			lost: this.#lost ?? this.#kernel.lossCounters(),
		};
	}

	setDemand(demand: CaptureDemand): void {
		if (this.#stopped) return;
		this.#kernel.setDemand(demand);
		this.#searched = demand.connections ? now().time : null;
		this.#stream?.listen(this.#kernel.listeners());
	}

	narrow(demand: CaptureDemand): void {
		try {
			this.setDemand(demand);
		} catch (error) {
			// Then more comes than is asked for, as before.
			if (!(error instanceof CaptureError)) throw error;
		}
	}

	start(onEvents: (bytes: Uint8Array, length: number) => void, onEnd: (error: Error | null) => void): void {
		if (this.#stream !== null || this.#stopped) return;
		setFlagsFromString(COMPILE_EARLY);
		const stream = new LiveStream(this.#kernel, onEvents);
		this.#stream = stream;
		this.#onEnd = onEnd;
		const { startMono, startWall } = this.info;
		const listeners = this.#kernel.listeners();
		this.#guard(() => stream.begin({ time: startMono, offset: startWall - startMono }, listeners));
		if (this.#stopped) return;
		this.#kernel.watch(() => this.#pump(stream));
		this.#pump(stream);
	}

	stop(): void {
		if (this.#stopped) return;
		this.#stopped = true;
		if (!this.#busy) this.#finish();
	}

	/** Calls the consumer; a stop() of its own takes effect afterwards. */
	#guard<T>(call: () => T): T {
		this.#busy = true;
		try {
			return call();
		} finally {
			this.#busy = false;
			if (this.#stopped) this.#finish();
		}
	}

	/** Looks at the sockets of the kernel: where it cannot, the capture ends with the reason. */
	#look(call: () => void): void {
		try {
			call();
		} catch (error) {
			if (!(error instanceof CaptureError)) throw error;
			this.#error ??= error;
			this.stop();
		}
	}

	/** Returns whether the ring was found empty. */
	#drain(stream: LiveStream): boolean {
		const before = stream.bytes;
		const moment = now();
		this.#looked = moment.time;
		if (this.#searched !== null && moment.time - this.#searched >= SEARCH_NS) {
			this.#searched = moment.time;
			this.#look(() => this.#kernel.findSockets());
			if (this.#stopped) return false;
		}
		const empty = this.#guard(() => stream.drain(moment));
		if (stream.bytes > before) this.#lastEvent = moment.time;
		this.#turns.took(stream.bytes - before, now().time);
		return empty;
	}

	#pump(stream: LiveStream): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#kernel.wakeAt(0);
		const empty = this.#drain(stream);
		if (this.#stopped) return;
		if (!empty) this.#again(stream, 0);
		else if (this.#looked - this.#lastEvent < IDLE_NS) {
			this.#kernel.wakeAt(this.#turns.enough);
			this.#again(stream, PAUSE_MS);
		} else {
			this.#kernel.wakeAt(1);
			this.#doze(stream);
		}
	}

	#again(stream: LiveStream, milliseconds: number): void {
		this.#timer = setTimeout(() => this.#pump(stream), milliseconds);
	}

	/** Keeps the clock going, until an event wakes us; one that came before that was asked for has not. */
	#doze(stream: LiveStream): void {
		const before = stream.bytes;
		this.#drain(stream);
		if (this.#stopped) return;
		if (stream.bytes > before) this.#again(stream, 0);
		else this.#timer = setTimeout(() => this.#doze(stream), IDLE_INTERVAL_MS);
	}

	#finish(): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		if (this.#searched !== null) this.#look(() => this.#kernel.findSockets());
		this.#look(() => this.#kernel.findUnseen());
		this.#kernel.detach();
		const stream = this.#stream;
		if (stream !== null) {
			while (!stream.drain(now()));
			stream.end(now().time);
		}
		this.#lost = this.#kernel.lossCounters();
		this.#kernel.close();
		this.#onEnd(this.#error);
	}
}

/** It starts when the programs have been loaded, which may take a second where others load some, too: no event is earlier. */
function openInMode(
	mode: CaptureMode,
	ringBytes: number,
	demand: CaptureDemand,
	most: CaptureDemand,
): { readonly kernel: Kernel; readonly started: Moment } {
	const kernel = openKernel(ringBytes, mode, most);
	try {
		const started = now();
		kernel.setDemand(demand);
		return { kernel, started };
	} catch (error) {
		kernel.close();
		throw error;
	}
}

/** What a kernel without the newer hooks answers, or one whose verifier knows them otherwise. */
const asksTooMuch = (error: unknown): error is CaptureError =>
	error instanceof CaptureError && (error.code === 'no-hook' || error.code === 'verifier');

/**
 * Attaches the capture programs; they are at work when this returns. `auto` takes system calls where the kernel does not
 * have what the socket layer needs. `setDemand` asks for no more than `most`, but in its scope. `ringBytes` is rounded up to a power of two. Throws a CaptureError when this kernel,
 * this user or this build cannot.
 */
export function openLive({
	demand,
	most = demand,
	mode = 'auto',
	ringBytes = RING_BYTES,
}: {
	demand: CaptureDemand;
	most?: CaptureDemand;
	mode?: CaptureMode | 'auto';
	ringBytes?: number;
}): LiveSource {
	const open = (chosen: CaptureMode, fallback: CaptureError | null) => {
		const { kernel, started } = openInMode(chosen, ringBytes, demand, most);
		return new LiveCapture(kernel, ringBytes, started, demand, fallback);
	};
	if (mode !== 'auto') return open(mode, null);
	try {
		return open('socket', null);
	} catch (error) {
		if (!asksTooMuch(error)) throw error;
		return open('syscall', error);
	}
}
