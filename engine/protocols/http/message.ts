import type { Message } from '../../exchange/exchange.ts';
import type { ValueMap } from '../../exchange/field.ts';
import { decodeContent } from './content-coding.ts';
import type { Head } from './head.ts';
import { decodeHeaders } from './headers.ts';
import { parseMediaType } from './media-type.ts';

/**
 * The content that was decoded last: the fields of a record ask for it one after the other, and what is decoded is not
 * kept with the message, where a bomb could make each of many records a hundred times larger.
 */
let latest: { readonly wire: Uint8Array; readonly content: Uint8Array } | null = null;

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

	get body(): Uint8Array | null {
		const wire = this.wireBody;
		if (wire === null) return null;
		const codings = this.#codings();
		if (codings === '') return wire;
		if (latest?.wire !== wire) latest = { wire, content: decodeContent(wire, codings) };
		return latest.content;
	}

	charset(): string | null {
		const type = this.header('content-type');
		return type === null ? null : (parseMediaType(type).parameters.get('charset') ?? null);
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
		const value = this.headers()[name];
		return typeof value === 'string' ? value : null;
	}
}
