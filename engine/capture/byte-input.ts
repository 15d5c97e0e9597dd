// Not node:fs/promises: it loads eight modules, and what it does here begins its pool of threads.
import { closeSync, constants, open, openSync, read, readSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { reasonOf } from '../file-error.ts';
import { once } from '../node-modules.ts';
import { compressionOf, decompressedChunks, MAGIC_BYTES, type ReadAgain } from './compression.ts';
import { STDIN } from './file-source.ts';
import { InputError } from './input-error.ts';

/** Read at once from a file as it is: half of a usual second-level cache. */
const READ_BYTES = 256 << 10;
/** Read between two turns of the event loop, in which signals are heard: some milliseconds. */
const TURN_BYTES = 2 << 20;
/** Read at once from a compressed file. */
const CHUNK_BYTES = 256 << 10;

/** What messages call it. */
export const inputName = (path: string): string => (path === STDIN ? 'standard input' : path);

/** The bytes of a file or pipe, decompressed, from its beginning on. */
export interface ByteInput {
	/** Fills `buffer` from `at` on; gives the index behind the last byte that came: `at` when there are no more. */
	readonly fill: (buffer: Buffer, at: number) => Promise<number>;
	/** Ends a `fill` that waits, too. */
	readonly close: () => Promise<void>;
	/** Compressed bytes ended in the middle. */
	readonly torn: boolean;
	/** Bytes read so far as they are stored, compressed or not. */
	readonly read: number;
	/** Bytes that are stored; null where nobody knows: of a pipe. */
	readonly size: number | null;
}

const unreadable = (path: string, cause: unknown): InputError =>
	cause instanceof InputError ? cause : new InputError(`cannot read ${inputName(path)}: ${reasonOf(cause)}`, cause);

/**
 * The thread that parses reads too: what another one has read is in the caches of another core. What is read at once
 * stays in its own.
 */
const fromFile = (fd: number, close: () => void, path: string, size: number): ByteInput => {
	let offset = 0;
	let closed = false;
	let turnAt = 0;
	return {
		fill: async (buffer, at) => {
			if (offset >= turnAt) {
				turnAt = offset + TURN_BYTES;
				await new Promise(setImmediate);
			}
			if (closed) return at;
			try {
				const bytesRead = readSync(fd, buffer, at, Math.min(buffer.length - at, READ_BYTES), offset);
				offset += bytesRead;
				return at + bytesRead;
			} catch (cause) {
				throw unreadable(path, cause);
			}
		},
		close: async () => {
			closed = true;
			close();
		},
		torn: false,
		get read() {
			return offset;
		},
		size,
	};
};

/** Bytes as they are stored, chunk by chunk. */
interface Chunks {
	/** Null at the end. */
	readonly next: () => Promise<Buffer | null>;
	readonly close: () => Promise<void>;
	readonly read: number;
	readonly size: number | null;
}

const chunksOf = (iterator: AsyncIterator<Buffer>, size: number | null, close: () => Promise<void>): Chunks => {
	let read = 0;
	return {
		next: async () => {
			const { value, done } = await iterator.next();
			if (done === true) return null;
			read += value.length;
			return value;
		},
		close,
		get read() {
			return read;
		},
		size,
	};
};

/** The bytes of chunks that begin with `head`, decompressed when they are compressed. */
const fromChunks = (chunks: Chunks, head: Buffer, path: string, again: ReadAgain | null): ByteInput => {
	async function* all(): AsyncGenerator<Buffer> {
		if (head.length > 0) yield head;
		for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) yield chunk;
	}
	let torn = false;
	let closed = false;
	let rest: Buffer = Buffer.alloc(0);
	const compression = compressionOf(head);
	const plain =
		compression === null
			? all()
			: decompressedChunks(
					all(),
					inputName(path),
					compression,
					() => {
						torn = true;
					},
					again,
				);
	const next = async (): Promise<Buffer> => {
		try {
			const { value, done } = await plain.next();
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
			return chunks.close();
		},
		get torn() {
			return torn;
		},
		get read() {
			return chunks.read;
		},
		size: chunks.size,
	};
};

/** The first bytes of chunks, enough to tell how they are compressed where there are as many. */
const headOf = async (chunks: Chunks): Promise<Buffer> => {
	let head: Buffer = Buffer.alloc(0);
	while (head.length < MAGIC_BYTES) {
		const chunk = await chunks.next();
		if (chunk === null) break;
		head = Buffer.concat([head, chunk]);
	}
	return head;
};

/**
 * Opens a named pipe, which waits for who writes to it. The thread that waits holds up even the exit of the program, so
 * `signal` gives it a writer: ourselves.
 */
const openPipe = async (path: string, signal: AbortSignal | undefined): Promise<number> => {
	const held: number[] = [];
	const wake = (): void => {
		// With no right to write there is nothing to be done.
		try {
			held.push(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
		} catch {}
	};
	signal?.addEventListener('abort', wake);
	try {
		return await promisify(open)(path, 'r');
	} finally {
		signal?.removeEventListener('abort', wake);
		held.forEach(closeSync);
	}
};

/** A pipe is read as a socket: the read of a file that waits for bytes cannot be given up. */
const fromPipe = async (path: string, signal: AbortSignal | undefined): Promise<ByteInput> => {
	const stream = path === STDIN ? process.stdin : new Socket({ fd: await openPipe(path, signal) });
	if (signal?.aborted) stream.destroy();
	signal?.addEventListener('abort', () => stream.destroy());
	const chunks = chunksOf(stream.iterator(), null, async () => {
		stream.destroy();
	});
	return fromChunks(chunks, await headOf(chunks), path, null);
};

async function* storedChunks(fd: number, from = 0): AsyncGenerator<Buffer> {
	for (let at = from; ; ) {
		const { bytesRead, buffer } = await promisify(read)(fd, Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
		if (bytesRead === 0) return;
		at += bytesRead;
		yield buffer.subarray(0, bytesRead);
	}
}

const openFile = async (path: string, size: number): Promise<ByteInput> => {
	const fd = openSync(path, 'r');
	// Another file may soon have the number.
	const close = once(() => closeSync(fd));
	try {
		const magic = Buffer.alloc(MAGIC_BYTES);
		const bytesRead = readSync(fd, magic, 0, MAGIC_BYTES, 0);
		if (compressionOf(magic.subarray(0, bytesRead)) === null) return fromFile(fd, close, path, size);
		const chunks = chunksOf(storedChunks(fd), size, async () => close());
		return fromChunks(chunks, await headOf(chunks), path, (at) => storedChunks(fd, at));
	} catch (cause) {
		close();
		throw cause;
	}
};

/**
 * Opens a file, which may be compressed, or a pipe, standard input as "-"; `signal` gives up what waits for a pipe. Throws
 * InputError.
 */
export const openInput = async (path: string, signal?: AbortSignal): Promise<ByteInput> => {
	try {
		if (path === STDIN) return await fromPipe(path, signal);
		const facts = statSync(path);
		return facts.isFIFO() ? await fromPipe(path, signal) : await openFile(path, facts.size);
	} catch (cause) {
		throw unreadable(path, cause);
	}
};

/** The next `bytes` bytes of an input, or what there is of them. */
export const readWhole = async (input: ByteInput, bytes: number): Promise<Buffer> => {
	const buffer = Buffer.alloc(bytes);
	let end = 0;
	for (let before = -1; before < end && end < bytes; ) {
		before = end;
		end = await input.fill(buffer, end);
	}
	return buffer.subarray(0, end);
};

/** The first bytes of an input, `bytes` of them where there are as many, and the input from its beginning on. */
export const peek = async (input: ByteInput, bytes: number): Promise<{ head: Buffer; input: ByteInput }> => {
	const head = await readWhole(input, bytes);
	let rest = head;
	const again: ByteInput = {
		fill: async (target, at) => {
			if (rest.length === 0) return input.fill(target, at);
			const count = rest.copy(target, at);
			rest = rest.subarray(count);
			return at + count;
		},
		close: () => input.close(),
		get torn() {
			return input.torn;
		},
		get read() {
			return input.read;
		},
		size: input.size,
	};
	return { head, input: again };
};
