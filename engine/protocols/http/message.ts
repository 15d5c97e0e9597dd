import type { Message, WirePart } from '../../exchange/exchange.ts';
import type { ValueMap } from '../../exchange/field.ts';
import { decodeContent } from './content-coding.ts';
import { Content } from './content-names.ts';
import type { Head } from './head.ts';
import { decodeHeader, decodeHeaders } from './headers.ts';
import { parseMediaType } from './media-type.ts';

/**
 * The content that was decoded last: the fields of a record ask for it one after the other, and what is decoded is not
 * kept with the message, where a bomb could make each of many records a hundred times larger.
 */
let latest: { readonly wire: Uint8Array; readonly content: Uint8Array } | null = null;

const NOTHING = new Uint8Array();

/** What the framing of some thousand chunks takes; parsers take no more in one line. */
const MAX_PADDING = 16 << 10;

const LAST_CHUNK = '0\r\n\r\n';

/** Bytes that a body has as one chunk, and the last one. */
const leastSize = ({ length }: Uint8Array): number =>
	length === 0 ? LAST_CHUNK.length : length.toString(16).length + length + 2 * '\r\n'.length + LAST_CHUNK.length;

/**
 * A body as one chunk, and the last one (RFC 9112, 7.1): what the framing of more chunks took besides is an extension of
 * that, or a digit more, so that it has its `size`. Null where that has no room for them: it has no end.
 */
const chunked = (body: Uint8Array, size: number): Buffer | null => {
	const first = body.length === 0 ? '' : `${body.length.toString(16)}\r\n`;
	const behind = body.length === 0 ? '' : '\r\n';
	const rest = size - leastSize(body);
	if (rest < 0) return null;
	const extension = rest === 1 ? '0' : rest >= 2 && rest <= MAX_PADDING ? `;${'x'.repeat(rest - 1)}` : '';
	return Buffer.concat([Buffer.from(first), body, Buffer.from(`${behind}0${extension}\r\n\r\n`)]);
};

/** What came of a body that has no end, as the beginning of one chunk; it has its `size` where nothing of it is missing. */
const unfinished = (body: Uint8Array, size: number, isWhole: boolean): Buffer => {
	const longer = size.toString(16);
	const digits = isWhole ? Math.min(size - body.length - '\r\n'.length, MAX_PADDING) : longer.length;
	// Too few bytes came for a chunk.
	if (digits <= 0) return Buffer.from('0'.repeat(size));
	const length = longer.length <= digits ? longer : body.length.toString(16);
	return Buffer.concat([Buffer.from(`${length.padStart(digits, '0')}\r\n`), body]);
};

/** The beginning of a body as one chunk, which with the last one has `size` bytes: what follows stands where it stood. */
const begun = (body: Uint8Array, size: number): Buffer => {
	const digits = size.toString(16).length;
	const length = size - digits - 2 * '\r\n'.length - LAST_CHUNK.length;
	// Too few bytes for any.
	if (length < body.length) return Buffer.alloc(0);
	return Buffer.concat([Buffer.from(`${length.toString(16).padStart(digits, '0')}\r\n`), body]);
};

const part = (head: Uint8Array, content: Uint8Array, size: number): WirePart => {
	const bytes = Buffer.concat([head, content]);
	return { bytes, length: Math.max(bytes.length, size) };
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
	clipped = false;
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
		const { codings } = this;
		if (codings === '') return wire;
		if (latest?.wire !== wire) latest = { wire, content: decodeContent(wire, codings) };
		return latest.content;
	}

	/** Chunks are framed anew, all in one: theirs is not kept. */
	wire(): readonly WirePart[] {
		return this.framed(this.wireBody ?? NOTHING, this.complete);
	}

	/** With so much of its body, null where that is not known; `complete`: it has come to its end. */
	protected framed(known: Uint8Array | null, complete: boolean): readonly WirePart[] {
		const { head } = this;
		const body = known ?? NOTHING;
		// An older log does not tell it.
		const size = this.size === 0 ? leastSize(body) : this.size - head.length;
		const isChunked = this.start.transferCoding === 'chunked';
		// Of what would be sent in chunks an answer to HEAD has none.
		if (!isChunked || size === 0) return [part(head, body, this.size)];
		const isWhole = known !== null && !this.truncated;
		const ended = isWhole && complete ? chunked(body, size) : null;
		if (ended !== null) return [part(head, ended, 0)];
		return [part(head, isWhole || !complete ? unfinished(body, size, isWhole) : begun(body, size), this.size)];
	}

	charset(): string | null {
		const type = this.#mayHave(Content.parameters) ? this.header('content-type') : null;
		return type?.includes(';') ? (parseMediaType(type).parameters.get('charset') ?? null) : null;
	}

	/** In the order in which they were applied: those of the content, then those of the transfer (RFC 9112, 7). */
	protected get codings(): string {
		const content = (this.#mayHave(Content.coding) ? this.header('content-encoding') : null) ?? '';
		const transfer = this.start.transferCoding === 'none' ? null : this.header('transfer-encoding');
		return transfer === null || transfer.toLowerCase() === 'chunked' ? content : `${content},${transfer}`;
	}

	#mayHave(bit: number): boolean {
		return (this.start.content & bit) !== 0;
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
