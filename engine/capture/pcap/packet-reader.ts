import { NOT_YET } from '../../not-yet.ts';
import type { ByteInput } from '../byte-input.ts';
import { InputError } from '../input-error.ts';
import { isRecording } from '../recording-format.ts';
import { DAMAGED, MAX_PACKET_BYTES, type PacketFormat } from './format.ts';
import type { Overlapping, Packet } from './packet.ts';
import { isPcap, PCAP_HEADER_BYTES, PcapFormat } from './pcap-format.ts';
import { isPcapng, PcapngFormat } from './pcapng-format.ts';
import { SnapLengths } from './snap-lengths.ts';

/** Holds any record. */
const BUFFER_BYTES = 4 * MAX_PACKET_BYTES;

/** Of a file, whose name comes before. */
const NO_KNOWN_KIND =
	'is neither a recording nor a packet capture nor a log of JSON lines: pcap, pcapng and NDJSON are read, plain or compressed with gzip or zstd';

/** Clocks that are broken, or units that are wrong, tell years that no date has: the first packet stays in those of four digits. */
const wallOf = (year: number): bigint => BigInt(Date.UTC(year, 0)) * 1_000_000n;
const MIN_WALL = wallOf(1000);
const MAX_WALL = wallOf(9000);

/** Packets one after the other. */
export interface PacketStream extends Overlapping {
	/** Captures of the same time are read as one. */
	readonly isSeveral: boolean;
	/** The files that are read as one; none where it is one. And the number among them of that which has the packet. */
	readonly paths: readonly string[];
	readonly file: number;
	/** The one that `next` found: valid until it is called again. */
	readonly packet: Packet;
	/** ns since the epoch of the first packet; null before it. */
	readonly startWall: bigint | null;
	/** Known at the end: bytes missing behind the last whole packet, or at least so many; 0 when none are. */
	readonly tornBytes: number;
	/** Files whose rest cannot be read. */
	readonly damagedFiles: number;
	/** Packets that the files say their writers missed. */
	readonly dropped: number;
	/** Names of addresses that the files have told so far, by the text of the address. */
	readonly names: ReadonlyMap<string, string>;
	/** Bytes read of the files as they are stored, and all that there are; null where nobody knows. */
	readonly bytesRead: number;
	readonly size: number | null;
	/** Goes to the next packet; false when more bytes are to be read first. */
	next(): boolean;
	/** Reads more bytes; false at the end. Throws InputError where a file is damaged, or holds what is not read. */
	read(): Promise<boolean>;
	close(): Promise<void>;
}

/** The packets of one file. */
export class PacketReader implements PacketStream {
	readonly packet: Packet;
	readonly isSeveral = false;
	readonly paths: readonly string[] = [];
	readonly file = 0;
	readonly names: ReadonlyMap<string, string>;
	readonly #input: ByteInput;
	readonly #name: string;
	readonly #format: PacketFormat;
	readonly #buffer: Buffer;
	readonly #lengths = new SnapLengths();
	/** The part of the buffer that has not been read; behind its end when what comes next is to be passed over. */
	#at: number;
	#end: number;
	/** Bytes of the file before the buffer. */
	#offset = 0;
	/** There is nonsense in the part of the buffer that has not been read. */
	#damaged = false;
	#failed = false;
	#closed = false;
	#tornBytes = 0;

	private constructor(
		input: ByteInput,
		name: string,
		format: PacketFormat,
		names: ReadonlyMap<string, string>,
		buffer: Buffer,
		at: number,
		end: number,
	) {
		this.names = names;
		this.#input = input;
		this.#name = name;
		this.#format = format;
		this.#buffer = buffer;
		this.#at = at;
		this.#end = end;
		this.packet = {
			bytes: buffer,
			view: new DataView(buffer.buffer, buffer.byteOffset, buffer.length),
			start: 0,
			end: 0,
			length: 0,
			link: null,
			iface: null,
			point: 0,
			time: NOT_YET,
		};
	}

	/** Reads the header of a file; `name` is for messages, names of addresses are added to `names`. Throws InputError. */
	static async open(input: ByteInput, name: string, names = new Map<string, string>()): Promise<PacketReader> {
		const buffer = Buffer.alloc(BUFFER_BYTES);
		let end = 0;
		for (let before = -1; before < end && end < PCAP_HEADER_BYTES; ) {
			before = end;
			end = await input.fill(buffer, end);
		}
		const head = buffer.subarray(0, end);
		if (input.torn && end < PCAP_HEADER_BYTES) throw new InputError(`${name} ends in its header`);
		if (isPcapng(head)) return new PacketReader(input, name, new PcapngFormat(names), names, buffer, 0, end);
		// Only where it is one of several, and a pipe: its kind was not known before.
		if (isRecording(head)) throw new InputError(`${name} is a recording, which is read by itself`);
		if (!isPcap(head)) throw new InputError(`${name} ${NO_KNOWN_KIND}`);
		if (end < PCAP_HEADER_BYTES) throw new InputError(`${name} ends in its header`);
		return new PacketReader(input, name, new PcapFormat(head, name), names, buffer, PCAP_HEADER_BYTES, end);
	}

	get bytesRead(): number {
		return this.#input.read;
	}

	get size(): number | null {
		return this.#input.size;
	}

	get startWall(): bigint | null {
		const wall = this.#format.startWall;
		return wall === null ? null : wall < MIN_WALL ? MIN_WALL : wall > MAX_WALL ? MAX_WALL : wall;
	}

	get tornBytes(): number {
		return this.#tornBytes;
	}

	get damagedFiles(): number {
		return this.#damaged || this.#failed ? 1 : 0;
	}

	get dropped(): number {
		return this.#format.dropped;
	}

	get overlaps(): boolean {
		return this.#format.overlaps || this.#lengths.mayDiffer;
	}

	next(): boolean {
		while (this.#at < this.#end && !this.#damaged) {
			const next = this.#format.next(this.#buffer, this.#at, this.#end, this.packet);
			if (next < 0) {
				this.#damaged = next === DAMAGED;
				return false;
			}
			this.#at = next;
			if (this.packet.link === null) continue;
			this.#lengths.take(this.packet);
			return true;
		}
		return false;
	}

	async read(): Promise<boolean> {
		if (this.#damaged) {
			const at = this.#offset + this.#at;
			throw new InputError(`${this.#name} is damaged at byte ${at}; what follows was not read`);
		}
		this.#shift();
		const end = await this.#fill();
		// Nobody wants the rest: what is missing of it is not missing in the file.
		if (this.#closed) return false;
		if (end > this.#end) {
			this.#end = end;
			return true;
		}
		this.#tornBytes = this.#missing();
		if (this.#format.unread !== null) throw new InputError(`${this.#name}: ${this.#format.unread}`);
		return false;
	}

	close(): Promise<void> {
		this.#closed = true;
		return this.#input.close();
	}

	/** Reads more; gives the end of what is there. */
	async #fill(): Promise<number> {
		try {
			return await this.#input.fill(this.#buffer, this.#end);
		} catch (error) {
			this.#failed = true;
			throw error;
		}
	}

	/** Moves what has not been read to the front of the buffer. */
	#shift(): void {
		const read = Math.min(this.#at, this.#end);
		this.#buffer.copyWithin(0, read, this.#end);
		this.#offset += read;
		this.#at -= read;
		this.#end -= read;
	}

	#missing(): number {
		const missing = this.#at < this.#end ? this.#format.needed - (this.#end - this.#at) : this.#at - this.#end;
		return missing === 0 && this.#input.torn ? 1 : missing;
	}
}
