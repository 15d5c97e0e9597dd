import type { Message, Wire } from '../../exchange/exchange.ts';
import type { ValueMap } from '../../exchange/field.ts';
import { decodeContent } from './content-coding.ts';
import type { Head } from './head.ts';
import { decodeHeader, decodeHeaders } from './headers.ts';
import { parseMediaType } from './media-type.ts';

/**
 * The content that was decoded last: the fields of a record ask for it one after the other, and what is decoded is not
 * kept with the message, where a bomb could make each of many records a hundred times larger.
 */
let latest: { readonly wire: Uint8Array; readonly content: Uint8Array } | null = null;

const NOTHING = new Uint8Array();

/** A longer extension of a chunk would be odd. */
const MAX_EXTENSION = 1024;

/**
 * A body as one chunk, and the last one where it is whole (RFC 9112, 7.1): what the framing of more chunks took besides is an
 * extension of that, so that it has its `size`.
 */
const chunked = (body: Uint8Array, isWhole: boolean, size: number): Buffer => {
	const first = body.length === 0 ? '' : `${body.length.toString(16)}\r\n`;
	const behind = body.length === 0 ? '' : '\r\n';
	const rest = size - first.length - body.length - behind.length - '0\r\n\r\n'.length;
	const extension = rest >= 2 && rest <= MAX_EXTENSION ? `;${'x'.repeat(rest - 1)}` : '';
	const last = isWhole ? `0${extension}\r\n\r\n` : '';
	return Buffer.concat([Buffer.from(first), body, Buffer.from(behind + last)]);
};

/**
 * An HTTP/1 message. Its head is kept as a string of one character a byte: that is cheaper to make than a Uint8Array and
 * what every field reads.
 */
export class HttpMessage implements Message {
	readonly pos: number;
	readonly start: Head;
	size = 0;
	readonly firstTime: number;
	lastTime: number;
	truncated = false;
	/** Nothing more will come of it. */
	complete = false;
	/** Captured body bytes with their content codings. */
	wireBody: Uint8Array | null = null;
	#headers: ValueMap | null = null;

	constructor(pos: number, start: Head, firstTime: number, lastTime: number) {
		this.pos = pos;
		this.start = start;
		this.firstTime = firstTime;
		this.lastTime = lastTime;
	}

	get head(): Uint8Array {
		return Buffer.from(this.start.text, 'latin1');
	}

	get headText(): string {
		return this.start.text;
	}

	get body(): Uint8Array | null {
		const wire = this.wireBody;
		if (wire === null) return null;
		const codings = this.#codings();
		if (codings === '') return wire;
		if (latest?.wire !== wire) latest = { wire, content: decodeContent(wire, codings) };
		return latest.content;
	}

	/** Chunks are framed anew, all in one: theirs is not kept. */
	wire(): Wire {
		const body = this.wireBody ?? NOTHING;
		const isChunked = this.start.transferCoding === 'chunked';
		const { head } = this;
		const bytes = Buffer.concat([head, isChunked ? chunked(body, !this.truncated, this.size - head.length) : body]);
		return { bytes, length: isChunked ? bytes.length : Math.max(bytes.length, this.size) };
	}

	charset(): string | null {
		const type = this.header('content-type');
		return type?.includes(';') ? (parseMediaType(type).parameters.get('charset') ?? null) : null;
	}

	/** In the order in which they were applied: those of the content, then those of the transfer (RFC 9112, 7). */
	#codings(): string {
		const content = this.header('content-encoding') ?? '';
		const transfer = this.start.transferCoding === 'none' ? null : this.header('transfer-encoding');
		return transfer === null || transfer.toLowerCase() === 'chunked' ? content : `${content},${transfer}`;
	}

	headers(): ValueMap {
		this.#headers ??= decodeHeaders(this.start.text);
		return this.#headers;
	}

	/** The value of one header field; its name in lower case. */
	header(name: string): string | null {
		if (this.#headers === null) return decodeHeader(this.start.text, name);
		const value = this.#headers[name];
		return typeof value === 'string' ? value : null;
	}
}
