import type { Message } from '../../exchange/exchange.ts';
import type { ValueMap } from '../../exchange/field.ts';
import type { Head } from './head.ts';
import { decodeHeaders } from './headers.ts';

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
	body: Uint8Array | null = null;
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
