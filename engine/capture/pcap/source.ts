import type { Completeness } from '../../completeness.ts';
import { type ByteInput, inputName, openInput } from '../byte-input.ts';
import { FILE_DEMAND } from '../demand.ts';
import type { EventSink } from '../event-sink.ts';
import { InputError } from '../input-error.ts';
import type { CaptureInfo, OnEvents, Source } from '../source.ts';
import { CookedCopies } from './cooked-copies.ts';
import { CutHeaders } from './cut-headers.ts';
import { DatagramFlows, UDP } from './datagram-flows.ts';
import { EventWriter, START_MONO } from './event-writer.ts';
import type { End, FlowContext } from './flow-context.ts';
import { FlowTable } from './flow-table.ts';
import { Fragments } from './fragments.ts';
import { HeaderPrediction } from './header-prediction.ts';
import { interfaceOf } from './interface.ts';
import { type Datagram, isExtension, newDatagram, passFragmentExtensions, readIp } from './ip.ts';
import { isLabelled, isMacsec, linuxCooked } from './link-layer.ts';
import { localEndOf } from './local.ts';
import { MergedPackets } from './merged-packets.ts';
import type { Packet } from './packet.ts';
import { PacketReader, type PacketStream } from './packet-reader.ts';
import { ReorderBudget } from './reorder.ts';
import { isHeaderCut, newSegment, readSegment, TCP } from './segment.ts';
import { goesToTunnel, insideOf, isClosed, TUNNELS } from './tunnel.ts';
import { TwoEndsFinder, twoEndsNotice } from './two-ends.ts';

/** Some 146 years: stamps of a broken clock farther from the first one stay where dates and 64-bit ns exist. */
const MAX_TIME = 2 ** 62;
/** Behind -START_MONO: a time of zero means "not seen" in events. */
const MIN_TIME = 2 ** 32 - MAX_TIME;

/** Fields of what the kernel did on the way to the process. */
const UNTOLD: ReadonlySet<string> = new Set([
	...['socket_time', 'read_socket_duration_ms', 'copy_time', 'copy_to_socket_buffer_duration_ms'],
]);

/** Packets do not say whose they are. */
const UNKNOWN: ReadonlySet<string> = new Set(['pid', 'comm', 'exe', 'exe_name', 'remote_comm']);

/** The longest header before IP that is read, without tags: of less nobody knows what it carries. */
const LINK_HEADER_BYTES = 20;

/** Tunnels within one another that are looked into. */
const MAX_TUNNELS = 4;
/** More than there are captures at the same time: what passed within a tunnel, and outside of it, passed other points. */
const POINTS = 64;
/** More than there are tunnels and labels around one: where interfaces are not told, each sighting of a packet is a point. */
const DEPTHS = 8;

/** Turns packets into events of connections. */
class PacketDecoder {
	readonly #datagram = newDatagram();
	readonly #segment = newSegment();
	readonly #fragments = new Fragments();
	readonly #cookedCopies = new CookedCopies();
	readonly #prediction = new HeaderPrediction();
	readonly #sink: EventSink;
	readonly #packets: PacketStream;
	readonly #flows: FlowTable;
	readonly #datagrams: DatagramFlows | null;
	/** Somebody asks where segments passed, or how many were sent again. */
	readonly #takesPoints: boolean;
	readonly #cut = new CutHeaders();
	/** Of several files. */
	readonly #ends: TwoEndsFinder | null;
	/** Headers of the current packet were, maybe those within a tunnel. */
	#isCut = false;
	/** Packets that carry others which are not looked into. */
	closedTunnels = 0;
	#cookies = 0;
	/** Of a packet; the first one has 0. */
	#latest = -MAX_TIME;

	constructor(sink: EventSink, packets: PacketStream, localEnd: (addresses: ArrayLike<number>) => End | null) {
		const newCookie = (): number => ++this.#cookies;
		this.#sink = sink;
		this.#packets = packets;
		this.#ends = packets.paths.length > 1 ? new TwoEndsFinder() : null;
		this.#takesPoints = sink.stages || sink.takesCounts;
		const context: FlowContext = {
			sink,
			budget: new ReorderBudget(),
			newCookie,
			localEnd,
			packets,
			copies: { seen: false },
		};
		this.#flows = new FlowTable(context, this.#prediction);
		this.#datagrams = sink.datagrams ? new DatagramFlows(context) : null;
	}

	take(packet: Packet): void {
		const { bytes, start, end, link, time: stamp } = packet;
		const time = Math.max(MIN_TIME, Math.min(MAX_TIME, stamp));
		if (time > this.#latest) {
			this.#latest = time;
			this.#flows.expire(time);
			this.#datagrams?.release(time);
		}
		const ip = link?.(bytes, start, end) ?? -1;
		this.#isCut = false;
		this.#decode(packet, ip, time);
		if (ip !== -1 && !this.#isCut && this.#packets.isSeveral) this.#cut.see(packet, ip);
	}

	#decode(packet: Packet, ip: number, time: number): void {
		const { bytes, start, end, length } = packet;
		const isCompared = this.#packets.isSeveral && this.#ends?.wantsAll === true;
		if (ip !== -1 && !isCompared && this.#prediction.take(packet, ip, end, time)) return;
		const datagram = this.#datagram;
		if (ip === -1 || !readIp(bytes, ip, end, start + length, datagram)) {
			const captured = end - start;
			if (ip === -1 && isMacsec(packet)) this.closedTunnels++;
			else if (captured < length && (ip !== -1 || captured < LINK_HEADER_BYTES)) this.#countCut(packet, ip);
			return;
		}
		if (datagram.isFragment && !this.#takeFragment(datagram, time)) return;
		if (datagram.protocol === TCP)
			this.#takeSegment(packet, ip, time, this.#takesPoints && isLabelled(packet, ip) ? 1 : 0);
		else this.#takeOther(packet, ip, time);
	}

	/** Number of the place where a packet was captured, within so many tunnels. */
	#pointOf(packet: Packet, ip: number, time: number, depth: number): number {
		const sightings = packet.link === linuxCooked ? this.#cookedCopies.earlier(packet, ip, time) : 0;
		return packet.point + (depth + DEPTHS * sightings) * POINTS;
	}

	#takeSegment(packet: Packet, ip: number, time: number, depth: number): void {
		const datagram = this.#datagram;
		const segment = this.#segment;
		if (!readSegment(datagram, time, segment)) {
			if (isHeaderCut(datagram)) this.#countCut(packet, ip);
			return;
		}
		if (this.#takesPoints) {
			segment.iface = interfaceOf(packet);
			segment.point = this.#pointOf(packet, ip, time, depth);
		}
		this.#ends?.take(segment, datagram.addresses, this.#packets.file);
		this.#flows.take(datagram, segment);
	}

	/** Takes what tunnels carry, and datagrams. */
	#takeOther(packet: Packet, ip: number, time: number): void {
		const datagram = this.#datagram;
		const labels = isLabelled(packet, ip) ? 1 : 0;
		let depth = 0;
		for (; depth < MAX_TUNNELS; depth++) {
			const inner = insideOf(datagram);
			const { bytes, start, end, length } = datagram;
			const isCut = end - start < length;
			if (inner === -1 || (inner >= end && !isCut)) break;
			if (bytes === packet.bytes && this.#prediction.take(packet, inner, end, time)) return;
			if (!readIp(bytes, inner, end, start + length, datagram)) {
				if (isCut) this.#countCut(packet, ip);
				return;
			}
			if (datagram.isFragment && !this.#takeFragment(datagram, time)) return;
			if (datagram.protocol !== TCP) continue;
			this.#takeSegment(packet, ip, time, labels + depth + 1);
			return;
		}
		if (datagram.protocol !== UDP || this.#datagrams === null) {
			const isTooDeep = depth === MAX_TUNNELS && insideOf(datagram) !== -1;
			if (isTooDeep || isClosed(datagram)) this.closedTunnels++;
			return;
		}
		const point = this.#pointOf(packet, ip, time, labels + depth);
		if (!this.#datagrams.take(datagram, time, interfaceOf(packet), point)) this.#countCut(packet, ip);
	}

	#countCut(packet: Packet, ip: number): void {
		this.#isCut = true;
		this.#cut.add(packet, ip, this.#packets.isSeveral);
	}

	get notice(): string | null {
		const found = this.#ends?.found ?? null;
		return found === null ? null : twoEndsNotice(found, this.#packets.paths);
	}

	/** Packets that say nothing because the snapshot length cut them. */
	get cutHeaders(): number {
		return this.#cut.count;
	}

	#isWanted({ protocol }: Datagram): boolean {
		return protocol === TCP || TUNNELS.has(protocol) || (protocol === UDP && this.#datagrams !== null);
	}

	/** True when it has become whole. */
	#takeFragment(datagram: Datagram, time: number): boolean {
		if (!this.#isWanted(datagram) && !isExtension(datagram) && !this.#isOfTunnel(datagram)) {
			if (datagram.fragmentOffset === 0 && isClosed(datagram)) this.closedTunnels++;
			return false;
		}
		return this.#fragments.take(datagram, time) && passFragmentExtensions(datagram);
	}

	/** Of a datagram that nobody asks for: its first fragment alone tells where it goes. */
	#isOfTunnel(datagram: Datagram): boolean {
		return datagram.protocol === UDP && (goesToTunnel(datagram) || this.#fragments.follows(datagram));
	}

	/** Packets that came in fragments of which some are missing. */
	get brokenPackets(): number {
		return this.#fragments.lost;
	}

	/** Hands on what has been made so far; `ticks`: and says how late it is, though no exchange may tell it. */
	flush(ticks: boolean): void {
		if (ticks) this.#sink.tick(Math.max(0, this.#latest));
		this.#sink.flush();
	}

	/** The packets are over; else nobody asks for more of them. */
	end(isOver: boolean): void {
		if (isOver) this.#fragments.end();
		const time = Math.max(0, this.#latest);
		this.#flows.flush(time);
		this.#datagrams?.release(Number.POSITIVE_INFINITY);
		this.#sink.end(time);
		this.#sink.flush();
	}
}

/** A packet capture as a source of events. */
class PcapSource implements Source {
	readonly info: CaptureInfo;
	readonly #packets: PacketStream;
	readonly #localEnd: (addresses: ArrayLike<number>) => End | null;
	/** A packet has been found. */
	#found: boolean;
	#decoder: PacketDecoder | null = null;
	#stopped = false;
	#paused = false;
	/** Lets a paused run go on. */
	#wake: () => void = () => {};

	constructor(packets: PacketStream, name: string, found: boolean, local: readonly string[]) {
		this.info = {
			startMono: START_MONO,
			startWall: packets.startWall ?? 0n,
			name,
			live: false,
			demand: FILE_DEMAND,
			nameOf: (ip) => packets.names.get(ip) ?? null,
			unknown: UNKNOWN,
			...(local.length === 0 && { onlySide: 'client' }),
			tells: (field) => !UNTOLD.has(field),
		};
		this.#packets = packets;
		this.#localEnd = localEndOf(local);
		this.#found = found;
	}

	countMissing(completeness: Completeness): void {
		completeness.cutBytes += this.#packets.tornBytes;
		completeness.damagedFiles += this.#packets.damagedFiles;
		completeness.captureDrops += this.#packets.dropped;
		completeness.cutHeaders += this.#decoder?.cutHeaders ?? 0;
		completeness.closedTunnels += this.#decoder?.closedTunnels ?? 0;
		completeness.brokenPackets += this.#decoder?.brokenPackets ?? 0;
	}

	notice(): string | null {
		return this.#decoder?.notice ?? null;
	}

	progress(): { readonly read: number; readonly size: number | null } {
		return { read: this.#packets.bytesRead, size: this.#packets.size };
	}

	start(onEvents: OnEvents, onEnd: (error: Error | null) => void): void {
		this.tell(new EventWriter(onEvents), onEnd);
	}

	tell(sink: EventSink, onEnd: (error: Error | null) => void): void {
		this.#decoder = new PacketDecoder(sink, this.#packets, this.#localEnd);
		void this.#run(this.#decoder).then(onEnd);
	}

	stop(): void {
		if (this.#stopped) return;
		this.#stopped = true;
		this.resume();
		void this.#packets.close();
	}

	pause(): void {
		this.#paused = !this.#stopped;
	}

	resume(): void {
		this.#paused = false;
		this.#wake();
	}

	/** A function of its own: V8 would compile all of `#run` for this loop. */
	#takeRead(decoder: PacketDecoder): void {
		const packets = this.#packets;
		for (let found = this.#found; found; found = packets.next()) decoder.take(packets.packet);
		this.#found = false;
	}

	async #run(decoder: PacketDecoder): Promise<Error | null> {
		// The caller is to be done with its own before events come.
		await null;
		let error: Error | null = null;
		try {
			while (!this.#stopped) {
				this.#takeRead(decoder);
				// Through a pipe more may come much later, and a window that is over shall not wait for it.
				decoder.flush(this.#packets.size === null);
				while (this.#paused) {
					await new Promise<void>((resolve) => {
						this.#wake = resolve;
					});
				}
				if (!(await this.#packets.read())) break;
				this.#found = this.#packets.next();
			}
		} catch (cause) {
			if (!(cause instanceof InputError)) throw cause;
			error = cause;
		}
		decoder.end(!this.#stopped);
		this.stop();
		return error;
	}
}

export interface PcapOptions {
	/** Networks as text ("10.0.0.0/8") whose ends count as observed; without any, or where they do not tell: clients. */
	readonly local?: readonly string[];
	/** Gives up the wait for what comes through pipes. */
	readonly signal?: AbortSignal | undefined;
}

/** Goes to the first packet, whose time is the start of the capture. */
const sourceOf = async (packets: PacketStream, name: string, local: readonly string[]): Promise<PcapSource> => {
	let found = packets.next();
	while (!found && (await packets.read())) found = packets.next();
	return new PcapSource(packets, name, found, local);
};

/**
 * Opens a packet capture, pcap or pcapng, compressed or not, as a source; "-" is standard input. Throws InputError when it
 * cannot be read or is none; what is wrong further on is told at the end. A torn file is read up to its
 * last whole packet.
 */
export const openPcap = async (path: string, { local = [] }: PcapOptions = {}): Promise<PcapSource> =>
	pcapFrom(await openInput(path), inputName(path), { local });

/** As `openPcap`, of a file that is open. */
export const pcapFrom = async (input: ByteInput, name: string, { local = [] }: PcapOptions): Promise<PcapSource> => {
	try {
		return await sourceOf(await PacketReader.open(input, name), name, local);
	} catch (error) {
		await input.close();
		throw error;
	}
};

/** As `openPcap`, of several files that are read as one, their packets in the order of time. */
export const openPcaps = async (
	paths: readonly string[],
	{ local = [], signal }: PcapOptions = {},
): Promise<PcapSource> => {
	const packets = await MergedPackets.open(paths, signal);
	try {
		return await sourceOf(packets, paths.join(', '), local);
	} catch (error) {
		await packets.close();
		throw error;
	}
};
