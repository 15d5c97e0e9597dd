import { type KernelCapture, openCapture } from '../../addon/index.ts';
import type { StagePart } from '../exchange/stage-parts.ts';
import type { CaptureDemand, ScopeClause } from './demand.ts';
import { Control, PortBoundsAt, Scope, StagesWanted } from './live-control.ts';
import { type CaptureMode, HOOKS, hooksBeyond, hooksWithout, kernelNeeds } from './live-hooks.ts';
import { preemptsPrograms } from './live-proc.ts';
import type { LossCounters } from './live-records.ts';
import { writeScope } from './live-scope-writer.ts';
import { aroundBoth, NO_PORTS, type PortBounds, portBounds } from './port-bounds.ts';

/** A call that has moved bytes before the first look is told of before the second: TOLD_WITHIN_NS of bpf/unseen.bpf.c. */
const LOOK_AGAIN_MS = 10;

const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/** The running programs: their scope, budget, counters and ring. */
export interface Kernel {
	/** For no more than it was opened for. May be called while events flow: no event is judged by half of a scope. Throws a CaptureError. */
	setDemand(demand: CaptureDemand): void;
	/** Tells of sockets in scope that no event has told of, and what TCP has counted of each. */
	findSockets(): void;
	/** Counts connections in scope that are still there and of whose bytes nothing was seen. Takes some ms. */
	findUnseen(): void;
	/** Records of the listening sockets whose connections may be in scope. */
	listeners(): Uint8Array;
	lossCounters(): LossCounters;
	/** Whole records, as many as there are and fit in the buffer; their bytes. */
	drain(buffer: Uint8Array): number;
	/** Calls back each time that so much is in the ring as `wakeAt` has asked for. May be called once. */
	watch(onWake: () => void): void;
	/** For so many bytes in the ring it calls back, once: ask, then look once more. 0: not at all. */
	wakeAt(bytes: number): void;
	/** No new events. What is in the ring can still be drained. */
	detach(): void;
	close(): void;
}

/** Port by port: each of these steps only lets more in. */
function writePorts(capture: KernelCapture, { local, remote }: PortBounds): void {
	const words = new Uint16Array(capture.control, Control.ports, PortBoundsAt.bytes / 2);
	words.set([...local, ...remote]);
}

/** The round trip is told with bytes of either direction. */
const WANTED: Readonly<Record<StagePart, number>> = {
	received: StagesWanted.in,
	readable: StagesWanted.in,
	sent: StagesWanted.out | StagesWanted.queue,
	resent: StagesWanted.out,
	rtt: StagesWanted.in | StagesWanted.out,
};

const wantedBits = (parts: readonly StagePart[]): number => parts.reduce((bits, part) => bits | WANTED[part], 0);

/** What the kernel decides, unless a test does. */
interface KernelOptions {
	/** Programs to do without. */
	readonly lacks?: readonly string[];
	/** Some programs are there twice: bpf/processor.bpf.h. */
	readonly twice?: boolean;
}

/**
 * Loads the programs of a mode that setDemand will need for no more than `most`: loading takes most of the time that a
 * capture takes to begin. Attaches those that are always there; the scope is empty until setDemand. Throws a CaptureError.
 */
export function openKernel(
	ringBytes: number,
	mode: CaptureMode,
	most: CaptureDemand,
	{ lacks = [], twice = preemptsPrograms() }: KernelOptions = {},
): Kernel {
	const hooks = HOOKS[mode];
	// Programs at one tracepoint run in the order in which they are attached.
	const always = [...hooks.always, ...(twice ? hooks.again : [])].filter((hook) => !lacks.includes(hook));
	const without = [...hooksBeyond(mode, most), ...(twice ? [] : hooks.again), ...lacks];
	const capture = openCapture(ringBytes, kernelNeeds(mode), { without });
	const missing = [...capture.missing, ...lacks];
	const view = new DataView(capture.control);
	const words = new Int32Array(capture.control);
	const readyByPackets = missing.includes('sk_data_ready') ? StagesWanted.ready : 0;
	const detach = () => {
		// Hooks go one by one, and of a send of which only the end is seen the bytes would count as lost.
		const bank = Atomics.load(words, Control.bank / 4);
		Atomics.store(words, (Control.scope + bank * Scope.bytes + Scope.clauses) / 4, 0);
		Atomics.add(words, Control.generation / 4, 1);
		for (const hook of [...attached, ...always.toReversed()]) capture.detach(hook);
	};

	let inUse: readonly ScopeClause[] = [];
	let ports = NO_PORTS;
	writePorts(capture, ports);
	/** Each as soon as it is: attaching may fail half way, and be tried again. */
	const attached = new Set<string>();
	const setHooks = (demand: CaptureDemand) => {
		const wanted = hooksWithout(missing, mode, demand);
		Atomics.store(words, Control.stages / 4, wantedBits(demand.stages) | readyByPackets);
		for (const hook of wanted) {
			if (attached.has(hook)) continue;
			capture.attach(hook);
			attached.add(hook);
		}
		for (const hook of attached) {
			if (wanted.has(hook)) continue;
			capture.detach(hook);
			attached.delete(hook);
		}
		Atomics.store(words, Control.fill / 4, demand.payloadBytes > 0 ? 1 : 0);
	};

	const findSockets = () => void capture.iterate('find_sockets');

	try {
		capture.iterate('find_pid_namespace');
		for (const hook of always) capture.attach(hook);
	} catch (error) {
		capture.close();
		throw error;
	}
	return {
		setDemand: (demand) => {
			const { scope, payloadBytes } = demand;
			const budget = Number.isFinite(payloadBytes) ? BigInt(payloadBytes) : UNLIMITED;
			view.setBigUint64(Control.budget, budget, true);
			setHooks(demand);
			ports = aroundBoth(ports, portBounds(scope));
			writePorts(capture, ports);
			writeScope(capture, scope, inUse);
			inUse = scope;
			// From here on the hooks know the scope, so that what is opened while this looks is not missed.
			findSockets();
			capture.iterate('find_mptcp');
		},
		findSockets,
		findUnseen: () => {
			capture.iterate('find_mptcp');
			if (hooks.unseen === null) return;
			capture.iterate(hooks.unseen);
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
			capture.iterate(hooks.unseen);
		},
		listeners: () => capture.iterate('find_listeners'),
		lossCounters: () => ({
			ringFull: view.getBigUint64(Control.ringFull, true),
			ringFullBytes: view.getBigUint64(Control.ringFullBytes, true),
			helperFailed: view.getBigUint64(Control.helperFailed, true),
			contended: view.getBigUint64(Control.contended, true),
			unseen: view.getBigUint64(Control.unseen, true),
			unseenBytes: view.getBigUint64(Control.unseenBytes, true),
			mptcp: view.getBigUint64(Control.mptcp, true),
			mptcpBytes: view.getBigUint64(Control.mptcpBytes, true),
		}),
		drain: (buffer) => capture.drain(buffer),
		watch: (onWake) => capture.watch(onWake),
		wakeAt: (bytes) => void Atomics.store(words, Control.wakeAt / 4, bytes),
		detach,
		close: () => capture.close(),
	};
}
