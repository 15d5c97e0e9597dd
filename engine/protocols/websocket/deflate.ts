import { nodeZlib } from '../../node-modules.ts';

/** Decompressed payload of one message; more is not looked at, nor what refers back to it. */
const MAX_MESSAGE_BYTES = 8 << 20;

/** What a later message may refer back to (RFC 7692, 7.1.2). */
const WINDOW_BYTES = 32 << 10;

/** Output buffers of zlib: most messages fit into one of four times their size, and its own 16 KiB are slow to make. */
const MIN_CHUNK = 256;
const MAX_CHUNK = 64 << 10;

/** What the handshake says of permessage-deflate (RFC 7692, 7.1); null where it is not in use. */
export interface DeflateTerms {
	/** Each message is compressed by itself, from the client and from the server. */
	readonly clientResets: boolean;
	readonly serverResets: boolean;
}

/** Reads Sec-WebSocket-Extensions of the answer: what both ends have agreed on. */
export const deflateTerms = (extensions: string | null): DeflateTerms | null => {
	for (const extension of extensions?.toLowerCase().split(',') ?? []) {
		const [name, ...parameters] = extension.split(';').map((part) => part.trim());
		if (name !== 'permessage-deflate') continue;
		return {
			clientResets: parameters.includes('client_no_context_takeover'),
			serverResets: parameters.includes('server_no_context_takeover'),
		};
	}
	return null;
};

/**
 * The last bytes of all messages so far. Its buffer grows to twice the window, so that they seldom have to be moved, and
 * stays small on the many connections that say little.
 */
class Window {
	#buffer = Buffer.alloc(0);
	#end = 0;

	get bytes(): Buffer {
		return this.#buffer.subarray(Math.max(0, this.#end - WINDOW_BYTES), this.#end);
	}

	add(content: Uint8Array): void {
		const last = content.subarray(-WINDOW_BYTES);
		if (this.#end + last.length > this.#buffer.length) this.#makeRoom(last.length);
		this.#buffer.set(last, this.#end);
		this.#end += last.length;
	}

	#makeRoom(length: number): void {
		const kept = this.bytes;
		const capacity = Math.min(2 * WINDOW_BYTES, 2 * (kept.length + length));
		const buffer = capacity > this.#buffer.length ? Buffer.allocUnsafe(capacity) : this.#buffer;
		kept.copy(buffer);
		this.#buffer = buffer;
		this.#end = kept.length;
	}
}

/** Decompresses the messages of one direction (RFC 7692, 7.2.2), each of which may refer back to those before. */
export class Inflater {
	/** Null where each message is compressed by itself. */
	readonly #window: Window | null;
	#broken = false;

	constructor(resets: boolean) {
		this.#window = resets ? null : new Window();
	}

	/** Part of a message is missing, so those behind it that refer to it cannot be read. */
	miss(): void {
		this.#broken = this.#window !== null;
	}

	/** Of a message that is not `whole` gives what its beginning holds; null where nothing can be read. */
	inflate(payload: Uint8Array, whole: boolean): Uint8Array | null {
		if (this.#broken) return null;
		const content = this.#attempt(payload);
		if (content === null || !whole) this.miss();
		else this.#window?.add(content);
		return content;
	}

	#attempt(bytes: Uint8Array): Buffer | null {
		const { constants, inflateRawSync } = nodeZlib();
		const dictionary = this.#window?.bytes;
		try {
			return inflateRawSync(bytes, {
				// Gives all that is there, so the end of a block that senders leave out (7.2.1) need not be put back.
				finishFlush: constants.Z_SYNC_FLUSH,
				maxOutputLength: MAX_MESSAGE_BYTES,
				chunkSize: Math.max(MIN_CHUNK, Math.min(MAX_CHUNK, 4 * bytes.length)),
				...(dictionary && dictionary.length > 0 && { dictionary }),
			});
		} catch {
			return null;
		}
	}
}
