import { inputName, openInput } from '../byte-input.ts';
import { InputError } from '../input-error.ts';
import type { Packet } from './packet.ts';
import { PacketReader, type PacketStream } from './packet-reader.ts';
import { PATIENCE_NS } from './patience.ts';

/** Files whose times overlap are open together, each with a buffer of 1 MiB. Those of a rotation follow one another. */
const MAX_OPEN = 32;

/** One of several files. */
interface Part {
	readonly path: string;
	readonly number: number;
	/** Of its first packet, ns since the epoch. */
	readonly startWall: bigint;
	/** Its first packet after the first of all, ns. */
	readonly start: number;
	/** A pipe, whose bytes come only once. */
	readonly reader: PacketReader | null;
}

/** A file that is read now. */
class OpenPart {
	readonly reader: PacketReader;
	/** Of its file. */
	readonly number: number;
	readonly #start: number;
	/** The reader stands at a packet that has not been handed out. */
	ready: boolean;

	/** `point`: its number among those that are open. */
	constructor(reader: PacketReader, { number, start }: Part, ready: boolean, point: number) {
		this.reader = reader;
		this.number = number;
		reader.packet.point = point;
		this.#start = start;
		this.ready = ready;
		if (ready) reader.packet.time += start;
	}

	/** Goes to the next packet of what has been read. */
	advance(): boolean {
		this.ready = this.reader.next();
		if (this.ready) this.reader.packet.time += this.#start;
		return this.ready;
	}

	/** Reads on to the next packet; false at the end. Throws InputError. */
	async fill(): Promise<boolean> {
		while (!this.advance()) if (!(await this.reader.read())) return false;
		return true;
	}
}

const openReader = async (path: string, names: Map<string, string>, signal?: AbortSignal): Promise<PacketReader> => {
	const bytes = await openInput(path, signal);
	try {
		return await PacketReader.open(bytes, inputName(path), names);
	} catch (error) {
		await bytes.close();
		throw error;
	}
};

/** The packets of several files in the order of their times, as if one had captured them all. */
export class MergedPackets implements PacketStream {
	readonly startWall: bigint | null;
	/** Of all files. */
	readonly names: Map<string, string>;
	/** In the order of their first packets, those that are not open yet. */
	readonly #pending: Part[];
	readonly #open: OpenPart[] = [];
	#current: OpenPart | null = null;
	/** Up to this time the current file is ahead of all others. */
	#limit = Number.NEGATIVE_INFINITY;
	/** The last packet of those that have been read to their ends. */
	#endedAt = Number.NEGATIVE_INFINITY;
	#error: InputError | null;
	#finished = { tornBytes: 0, damagedFiles: 0, read: 0, dropped: 0 };
	readonly size: number | null;
	/** In the order of their first packets. */
	readonly paths: readonly string[];

	private constructor(
		parts: readonly Part[],
		names: Map<string, string>,
		size: number | null,
		error: InputError | null,
		damagedFiles: number,
	) {
		this.names = names;
		this.#pending = [...parts];
		this.paths = parts.map(({ path }) => path);
		this.startWall = parts[0]?.startWall ?? null;
		this.size = size;
		this.#error = error;
		this.#finished.damagedFiles = damagedFiles;
	}

	/** Looks at the first packet of each file. Throws InputError where one cannot be opened. */
	static async open(paths: readonly string[], signal?: AbortSignal): Promise<MergedPackets> {
		const found: { path: string; startWall: bigint; reader: PacketReader | null }[] = [];
		const names = new Map<string, string>();
		let size: number | null = 0;
		let error: InputError | null = null;
		/** Those that are not opened again. */
		let damagedFiles = 0;
		for (const path of paths) {
			const reader = await openReader(path, names, signal);
			size = size === null || reader.size === null ? null : size + reader.size;
			try {
				while (!reader.next()) if (!(await reader.read())) break;
			} catch (cause) {
				if (!(cause instanceof InputError)) throw cause;
				error ??= cause;
			}
			const { startWall } = reader;
			const isKept = reader.size === null && startWall !== null;
			if (startWall === null) damagedFiles += reader.damagedFiles;
			else found.push({ path, startWall, reader: isKept ? reader : null });
			if (!isKept) await reader.close();
		}
		found.sort((a, b) => (a.startWall < b.startWall ? -1 : a.startWall > b.startWall ? 1 : 0));
		const first = found[0]?.startWall ?? 0n;
		const parts = found.map((part, number) => ({ ...part, number, start: Number(part.startWall - first) }));
		return new MergedPackets(parts, names, size, error, damagedFiles);
	}

	get packet(): Packet {
		if (this.#current === null) throw new Error('there is no packet before `next` has found one');
		return this.#current.reader.packet;
	}

	get file(): number {
		return this.#current?.number ?? 0;
	}

	get overlaps(): boolean {
		return this.#hasOthers || this.#open.some(({ reader }) => reader.overlaps);
	}

	get isSeveral(): boolean {
		// The last packets of one that has ended may come from another one.
		return (
			this.#hasOthers || (this.#current !== null && this.#current.reader.packet.time - this.#endedAt < PATIENCE_NS)
		);
	}

	get #hasOthers(): boolean {
		if (this.#open.length > 1) return true;
		// The first packets of a file may be copies of what stands a little before them.
		const next = this.#pending[0]?.start ?? Number.POSITIVE_INFINITY;
		return this.#current !== null && next - this.#current.reader.packet.time < PATIENCE_NS;
	}

	get tornBytes(): number {
		return this.#open.reduce((sum, { reader }) => sum + reader.tornBytes, this.#finished.tornBytes);
	}

	get damagedFiles(): number {
		return this.#open.reduce((sum, { reader }) => sum + reader.damagedFiles, this.#finished.damagedFiles);
	}

	get dropped(): number {
		return this.#open.reduce((sum, { reader }) => sum + reader.dropped, this.#finished.dropped);
	}

	get bytesRead(): number {
		return this.#open.reduce((sum, { reader }) => sum + reader.bytesRead, this.#finished.read);
	}

	next(): boolean {
		const current = this.#current;
		if (current !== null) {
			if (!current.advance()) {
				this.#current = null;
				return false;
			}
			if (current.reader.packet.time <= this.#limit) return true;
		}
		return this.#choose();
	}

	async read(): Promise<boolean> {
		for (const part of [...this.#open]) if (!part.ready) await this.#fill(part);
		for (let next = this.#due(); next !== undefined; next = this.#due()) {
			this.#pending.shift();
			if (this.#open.length === MAX_OPEN)
				throw new InputError(
					`${next.path}: more than ${MAX_OPEN} captures overlap in time; read fewer of them at once`,
				);
			const isOpen = next.reader !== null;
			const part = new OpenPart(
				next.reader ?? (await openReader(next.path, this.names)),
				next,
				isOpen,
				this.#freePoint(),
			);
			this.#open.push(part);
			if (!isOpen) await this.#fill(part);
		}
		if (this.#open.length > 0) return true;
		if (this.#error !== null) throw this.#error;
		return false;
	}

	async close(): Promise<void> {
		const readers = [...this.#open, ...this.#pending].flatMap(({ reader }) => reader ?? []);
		await Promise.all(readers.map((reader) => reader.close()));
	}

	/** Files that follow one another, as those of a rotation, are one capture. */
	#freePoint(): number {
		const taken = new Set(this.#open.map(({ reader }) => reader.packet.point));
		let point = 0;
		while (taken.has(point)) point++;
		return point;
	}

	/** The file whose first packet comes before all that stand ready. */
	#due(): Part | undefined {
		const [next] = this.#pending;
		const isDue = next !== undefined && this.#open.every(({ reader }) => reader.packet.time > next.start);
		return isDue ? next : undefined;
	}

	/** What is wrong with one file is told when the others have been read, too. */
	async #fill(part: OpenPart): Promise<void> {
		let found = false;
		try {
			found = await part.fill();
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			this.#error ??= error;
		}
		if (found) return;
		this.#endedAt = Math.max(this.#endedAt, part.reader.packet.time);
		this.#open.splice(this.#open.indexOf(part), 1);
		this.#finished.tornBytes += part.reader.tornBytes;
		this.#finished.damagedFiles += part.reader.damagedFiles;
		this.#finished.read += part.reader.bytesRead;
		this.#finished.dropped += part.reader.dropped;
		await part.reader.close();
	}

	/** The file whose packet is the earliest; none while one has to be read on, or opened, first. */
	#choose(): boolean {
		this.#current = null;
		let first: OpenPart | null = null;
		let limit = this.#pending[0]?.start ?? Number.POSITIVE_INFINITY;
		for (const part of this.#open) {
			if (!part.ready) return false;
			const { time } = part.reader.packet;
			if (first === null || time < first.reader.packet.time) {
				if (first !== null) limit = Math.min(limit, first.reader.packet.time);
				first = part;
			} else limit = Math.min(limit, time);
		}
		if (first === null || first.reader.packet.time > limit) return false;
		this.#current = first;
		this.#limit = limit;
		return true;
	}
}
