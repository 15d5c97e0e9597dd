import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { errnoName } from '../recording-error.ts';
import { PcapError } from './error.ts';

/** Read at once from a compressed file. */
const CHUNK_BYTES = 256 << 10;

export interface Compression {
	readonly name: string;
	/** What its files begin with. */
	readonly magic: Buffer;
	readonly decompressor: typeof createGunzip | typeof createZstdDecompress;
}

const COMPRESSIONS: readonly Compression[] = [
	// RFC 1952, 2.3.1: deflate is the only method.
	{ name: 'gzip', magic: Buffer.from([0x1f, 0x8b, 8]), decompressor: createGunzip },
	// RFC 8878, 3.1.1.
	{ name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), decompressor: createZstdDecompress },
];

/** What a file that begins with `head` is compressed with; null: with nothing that is known. */
export const compressionOf = (head: Buffer): Compression | null =>
	COMPRESSIONS.find(({ magic }) => head.subarray(0, magic.length).equals(magic)) ?? null;

/** The bytes of a file from `start` on. */
async function* chunksFrom(handle: FileHandle, start: number): AsyncGenerator<Buffer> {
	for (let at = start; ; ) {
		const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
		if (bytesRead === 0) return;
		at += bytesRead;
		yield buffer.subarray(0, bytesRead);
	}
}

/**
 * The decompressed bytes of an open file. `onTorn` is called when they end in the middle. Throws PcapError where they are
 * damaged.
 */
export async function* decompressedChunks(
	handle: FileHandle,
	path: string,
	{ name, decompressor }: Compression,
	onTorn: () => void,
): AsyncGenerator<Buffer, undefined> {
	const { size } = await handle.stat();
	// Node's zstd ends with the first frame; parallel compressors and `cat` write several.
	for (let start = 0; start < size; ) {
		const compressed = Readable.from(chunksFrom(handle, start));
		const frame = decompressor();
		compressed.on('error', (error) => frame.destroy(error));
		try {
			yield* compressed.pipe(frame);
		} catch (cause) {
			const code = errnoName(cause);
			if (code === 'Z_BUF_ERROR') {
				onTorn();
				return;
			}
			if (!/^Z_|^ZSTD_/.test(code)) throw cause;
			throw new PcapError(`${path}: its ${name} compression is damaged; what follows was not read`, cause);
		} finally {
			compressed.destroy();
		}
		if (frame.bytesWritten === 0) return;
		start += frame.bytesWritten;
	}
}
