import { open as openDescriptor } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { reasonOf } from '../recording-error.ts';
import { type Compression, compressionOf, decompressedChunks } from './compression.ts';
import { PcapError } from './error.ts';

/** As many bytes tell how a file is compressed. */
const HEAD_BYTES = 8;

const STDIN = '-';

/** The bytes of a file, decompressed, from its beginning on. */
export interface ByteInput {
	/** Fills `buffer` from `at` on; gives the index behind the last byte that came: `at` when there are no more. */
	readonly fill: (buffer: Buffer, at: number) => Promise<number>;
	/** Ends a `fill` that waits, too. */
	readonly close: () => Promise<void>;
	/** Compressed bytes ended in the middle. */
	torn: boolean;
}

const unreadable = (path: string, cause: unknown): PcapError =>
	cause instanceof PcapError ? cause : new PcapError(`cannot read ${path}: ${reasonOf(cause)}`, cause);

const fromFile = (handle: FileHandle, path: string): ByteInput => {
	let offset = 0;
	const fill = async (buffer: Buffer, at: number): Promise<number> => {
		const { bytesRead } = await handle.read(buffer, at, buffer.length - at, offset).catch((cause: unknown) => {
			throw unreadable(path, cause);
		});
		offset += bytesRead;
		return at + bytesRead;
	};
	return { fill, close: () => handle.close(), torn: false };
};

const fromChunks = (chunks: AsyncIterator<Buffer>, path: string, close: () => Promise<void>): ByteInput => {
	let rest: Buffer = Buffer.alloc(0);
	let closed = false;
	const next = async (): Promise<Buffer> => {
		try {
			const { value, done } = await chunks.next();
			return done === true ? rest : value;
		} catch (cause) {
			// A stream that is closed while it is read says so with an error.
			if (closed) return rest;
			throw unreadable(path, cause);
		}
	};
	return {
		fill: async (buffer, at) => {
			if (rest.length === 0) rest = await next();
			const end = at + rest.copy(buffer, at);
			rest = rest.subarray(end - at);
			return end;
		},
		close: () => {
			closed = true;
			return close();
		},
		torn: false,
	};
};

const fromCompressed = (handle: FileHandle, path: string, compression: Compression): ByteInput => {
	const chunks = decompressedChunks(handle, path, compression, () => {
		input.torn = true;
	});
	const input = fromChunks(chunks, path, () => handle.close());
	return input;
};

/** A pipe is read as a socket: the read of a file that waits for bytes cannot be given up. */
const fromPipe = async (path: string): Promise<ByteInput> => {
	const stream = path === STDIN ? process.stdin : new Socket({ fd: await promisify(openDescriptor)(path, 'r') });
	return fromChunks(stream.iterator(), path, async () => {
		stream.destroy();
	});
};

const openFile = async (path: string): Promise<ByteInput> => {
	const handle = await open(path, 'r');
	try {
		const head = Buffer.alloc(HEAD_BYTES);
		const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
		const compression = compressionOf(head.subarray(0, bytesRead));
		return compression === null ? fromFile(handle, path) : fromCompressed(handle, path, compression);
	} catch (cause) {
		await handle.close();
		throw cause;
	}
};

/** Opens a file, which may be compressed, or a pipe, standard input as "-". Throws PcapError. */
export const openInput = async (path: string): Promise<ByteInput> => {
	try {
		return path === STDIN || (await stat(path)).isFIFO() ? await fromPipe(path) : await openFile(path);
	} catch (cause) {
		throw unreadable(path, cause);
	}
};
