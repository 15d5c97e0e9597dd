import { Readable, type TransformOptions } from 'node:stream';
import type { Gunzip, ZlibOptions, ZstdDecompress, ZstdOptions } from 'node:zlib';
import { errnoName } from '../file-error.ts';
import { nodeZlib } from '../node-modules.ts';
import { InputError } from './input-error.ts';

export interface Compression {
	readonly name: string;
	/** What its files begin with. */
	readonly magic: Buffer;
	/** What may stand between its frames: zeros, for tapes are written in whole blocks, or frames that are skipped. */
	readonly between: 'zeros' | 'skippable frames';
	readonly decompressor: () => Gunzip | ZstdDecompress;
}

/** What is made is handed on at once: of what waits in the stream nothing is left after an error. */
const AT_ONCE: Pick<TransformOptions, 'readableHighWaterMark'> & ZlibOptions & ZstdOptions = {
	readableHighWaterMark: 1,
};

const zstd = (...magic: readonly number[]): Compression => ({
	name: 'zstd',
	magic: Buffer.from(magic),
	between: 'skippable frames',
	decompressor: () => nodeZlib().createZstdDecompress(AT_ONCE),
});

const COMPRESSIONS: readonly Compression[] = [
	// RFC 1952, 2.3.1: deflate is the only method.
	{
		name: 'gzip',
		magic: Buffer.from([0x1f, 0x8b, 8]),
		between: 'zeros',
		decompressor: () => nodeZlib().createGunzip(AT_ONCE),
	},
	// RFC 8878, 3.1.1.
	zstd(0x28, 0xb5, 0x2f, 0xfd),
	// Skippable frames (3.1.2), of which any of sixteen may come first: pzstd writes one in front of each frame.
	...Array.from({ length: 16 }, (_, variant) => zstd(0x50 | variant, 0x2a, 0x4d, 0x18)),
];

/** Of a skippable frame, behind them its bytes. */
const SKIPPABLE = 0x184d2a50;
const SKIPPABLE_HEADER_BYTES = 8;

/** As many bytes tell how a file is compressed. */
export const MAGIC_BYTES = 4;

/** What a file that begins with `head` is compressed with; null: with nothing that is known. */
export const compressionOf = (head: Buffer): Compression | null =>
	COMPRESSIONS.find(({ magic }) => head.subarray(0, magic.length).equals(magic)) ?? null;

/** Compressed bytes that one decompressor after the other reads. */
class Compressed {
	readonly #chunks: AsyncIterator<Buffer>;
	/** What was handed out, from the first byte on that no decompressor has taken. */
	#handed: Buffer[] = [];
	/** Where that one stands. */
	#at = 0;

	constructor(chunks: AsyncIterator<Buffer>) {
		this.#chunks = chunks;
	}

	get at(): number {
		return this.#at;
	}

	/** Whether there is more to read. */
	async more(): Promise<boolean> {
		return this.#handed.length > 0 || (await this.#next()) !== null;
	}

	/** The bytes from the first one that was not taken on. */
	async *rest(): AsyncGenerator<Buffer> {
		yield* [...this.#handed];
		for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) yield chunk;
	}

	/** A decompressor took so many bytes. */
	taken(count: number): void {
		let left = count;
		while (left > 0 && this.#handed.length > 0) {
			const first = this.#handed[0]!;
			if (first.length > left) this.#handed[0] = first.subarray(left);
			else this.#handed.shift();
			const count = Math.min(left, first.length);
			left -= count;
			this.#at += count;
		}
	}

	async skipZeros(): Promise<void> {
		while (await this.more()) {
			const first = this.#handed[0]!;
			const zeros = first.findIndex((byte) => byte !== 0);
			this.taken(zeros === -1 ? first.length : zeros);
			if (zeros !== -1) return;
		}
	}

	/** Node's decoder takes those between frames for the end, and what follows for no frame. */
	async passSkippable(): Promise<void> {
		for (;;) {
			const head = await this.#peek(SKIPPABLE_HEADER_BYTES);
			if (head.length < SKIPPABLE_HEADER_BYTES || (head.readUInt32LE(0) & ~15) !== SKIPPABLE) return;
			let left = SKIPPABLE_HEADER_BYTES + head.readUInt32LE(4);
			while (left > 0 && (await this.more())) {
				const count = Math.min(left, this.#handed[0]!.length);
				this.taken(count);
				left -= count;
			}
		}
	}

	/** The next bytes, which stay; fewer at the end. */
	async #peek(count: number): Promise<Buffer> {
		while (this.#handed.reduce((sum, { length }) => sum + length, 0) < count) if ((await this.#next()) === null) break;
		return Buffer.concat(this.#handed).subarray(0, count);
	}

	async #next(): Promise<Buffer | null> {
		const { value, done } = await this.#chunks.next();
		if (done === true) return null;
		this.#handed.push(value);
		return value;
	}
}

/** Reads stored bytes again, from a place on. */
export type ReadAgain = (at: number) => AsyncIterable<Buffer>;

/** `bytes`, from `whole` on one by one. */
async function* singlyFrom(bytes: AsyncIterable<Buffer>, whole: number): AsyncGenerator<Buffer> {
	let at = 0;
	for await (const chunk of bytes) {
		const first = Math.max(0, Math.min(chunk.length, whole - at));
		if (first > 0) yield chunk.subarray(0, first);
		for (let i = first; i < chunk.length; i++) yield chunk.subarray(i, i + 1);
		at += chunk.length;
	}
}

/**
 * What a decompressor made behind its first `known` bytes before it came to damage. With an error Node keeps to itself what
 * was made of the same piece of input: once more, in the smallest pieces. `taken`: of the input, when it gave the known ones.
 */
async function* madeBeforeDamage(
	frame: Gunzip | ZstdDecompress,
	bytes: AsyncIterable<Buffer>,
	taken: number,
	known: number,
): AsyncGenerator<Buffer> {
	const pieces = Readable.from(singlyFrom(bytes, taken), { highWaterMark: 1 });
	pieces.on('error', (error) => frame.destroy(error));
	let left = known;
	try {
		for await (const chunk of pieces.pipe(frame)) {
			if (chunk.length > left) yield chunk.subarray(left);
			left = Math.max(0, left - chunk.length);
		}
	} catch {
		// As the first time.
	} finally {
		pieces.destroy();
	}
}

/**
 * The decompressed bytes of a file or pipe. `onTorn` is called when they end in the middle. Throws InputError where they
 * are damaged, behind all that stands before; of a pipe, which cannot be read again, some KB of that may lack.
 */
export async function* decompressedChunks(
	chunks: AsyncIterator<Buffer>,
	path: string,
	{ name, between, decompressor }: Compression,
	onTorn: () => void,
	again: ReadAgain | null,
): AsyncGenerator<Buffer, undefined> {
	const compressed = new Compressed(chunks);
	const pass = () => (between === 'zeros' ? compressed.skipZeros() : compressed.passSkippable());
	// Node's zstd ends with the first frame; parallel compressors and `cat` write several.
	for (await pass(); await compressed.more(); await pass()) {
		// One chunk ahead: what is handed out and not yet taken is kept.
		const rest = Readable.from(compressed.rest(), { highWaterMark: 1 });
		const frame = decompressor();
		rest.on('error', (error) => frame.destroy(error));
		const begin = compressed.at;
		let made = 0;
		let taken = 0;
		const settle = (): void => {
			compressed.taken(frame.bytesWritten - taken);
			taken = frame.bytesWritten;
		};
		try {
			for await (const chunk of rest.pipe(frame)) {
				settle();
				made += chunk.length;
				yield chunk;
			}
		} catch (cause) {
			const code = errnoName(cause);
			if (code === 'Z_BUF_ERROR') {
				onTorn();
				return;
			}
			if (!/^Z_|^ZSTD_/.test(code)) throw cause;
			if (again !== null) yield* madeBeforeDamage(decompressor(), again(begin), frame.bytesWritten, made);
			throw new InputError(`${path}: its ${name} compression is damaged; what follows was not read`, cause);
		} finally {
			rest.destroy();
		}
		settle();
		if (taken === 0) return;
	}
}
