import type { Message, WirePart } from '../exchange.ts';
import type { LogLine } from './log-line.ts';
import { At } from './members.ts';
import { bytesOfText } from './wire-text.ts';

/** A message of a log as its text, of a protocol that makes no more of it. */
export class PlainMessage implements Message {
	readonly pos = 0;
	readonly body = null;
	readonly firstTime: number;
	readonly lastTime: number;
	readonly #line: LogLine;
	readonly #name: 'request' | 'response';

	private constructor(line: LogLine, name: 'request' | 'response') {
		this.#line = line;
		this.#name = name;
		this.firstTime = name === 'request' ? line.startTime : line.endTime;
		this.lastTime = this.firstTime;
	}

	/** Null where the line has none. */
	static of(line: LogLine, name: 'request' | 'response'): PlainMessage | null {
		return line.text(At[name]) === null ? null : new PlainMessage(line, name);
	}

	get size(): number {
		return this.#line.number(this.#name === 'request' ? At.req_size_bytes : At.resp_size_bytes) ?? 0;
	}

	get truncated(): boolean {
		return this.#line.bool(At.truncated) ?? false;
	}

	get head(): Uint8Array {
		return Buffer.from(this.#line.text(At[this.#name]) ?? '');
	}

	wire(): readonly WirePart[] {
		const { size } = this;
		return [{ bytes: bytesOfText(this.#line.text(At[this.#name]) ?? '', size) ?? Buffer.alloc(0), length: size }];
	}
}
