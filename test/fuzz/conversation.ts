import { DataFlag } from '../../engine/capture/events.ts';
import { CLIENT_POS, close, data, end, open, SERVER_POS, state, type Turn } from '../support/events.ts';

/*
 * A conversation as bytes that can be mutated: an options byte, then for each event a mark, a control byte, and what was
 * captured.
 */

/** ASCII's record separator, which no protocol here uses. */
const MARK = 0x1e;

export const Control = { out: 1, again: 0, uncaptured: 2, hole: 4, pause: 6, kind: 6 } as const;
/** The upper bits: how many bytes, as a power of two, of which 1 is none. */
const AMOUNT_SHIFT = 3;

/** `pages`: what one end did not capture was sent from pages, whose payload comes in events of their own. */
export const Option = { midway: 1, heads: 2, cut: 4, reset: 8, close: 16, pages: 32 } as const;

const PAUSE_NS = 300e6;
const STEP_NS = 1e6;
const TCP_CLOSE = 7;
const ECONNRESET = 104;

/** Positions stay exact in a double. */
const MAX_POS = 2 ** 52;

const encodeEvent = (isOut: boolean, bytes: Uint8Array): Uint8Array =>
	Buffer.concat([Buffer.of(MARK, isOut ? Control.out : 0), bytes]);

/** Turns as an input. */
export const encode = (turns: readonly Turn[], options = 0): Uint8Array =>
	Buffer.concat([
		Buffer.of(options),
		...turns.map(([to, text]) =>
			encodeEvent(to === '>', typeof text === 'string' ? Buffer.from(text, 'latin1') : text),
		),
	]);

/** Where the events of an input begin. */
export const eventStarts = (input: Uint8Array): number[] => {
	const starts = [0];
	for (let at = input.indexOf(MARK, 1); at !== -1; at = input.indexOf(MARK, at + 1)) starts.push(at);
	return starts;
};

/** Makes the capture events of an input, again and again on one connection. */
export class Conversation {
	readonly options: number;
	readonly #input: Uint8Array;
	readonly #starts: readonly number[];
	readonly #pos = { in: SERVER_POS, out: CLIENT_POS };
	#time = STEP_NS;

	constructor(input: Uint8Array) {
		const starts = eventStarts(input);
		this.#input = input;
		this.options = input[0] === MARK ? 0 : (input[0] ?? 0);
		this.#starts = input[0] === MARK ? starts : starts.slice(1);
	}

	/** Bytes of both streams so far. */
	get sent(): number {
		return this.#pos.in - SERVER_POS + this.#pos.out - CLIENT_POS;
	}

	opened(): Buffer {
		return open((this.options & Option.midway) === 0 ? { opened: 100, established: 200 } : { role: 'unknown' });
	}

	/** The events of the input, behind those that were made before. */
	events(): Buffer[] {
		return this.#starts.map((start, i) => this.#event(start, this.#starts[i + 1] ?? this.#input.length));
	}

	ending(): Buffer[] {
		const time = this.#time + STEP_NS;
		const { in: inEnd, out: outEnd } = this.#pos;
		if ((this.options & Option.reset) !== 0) {
			return [state({ time, newState: TCP_CLOSE, error: ECONNRESET, inEnd, outEnd }), close(time), end(time)];
		}
		return (this.options & Option.close) === 0 ? [end(time)] : [close(time), end(time)];
	}

	#event(start: number, behind: number): Buffer {
		const control = this.#input[start + 1] ?? 0;
		const direction = (control & Control.out) === 0 ? 'in' : 'out';
		const bytes = this.#input.subarray(Math.min(start + 2, behind), behind);
		const kind = control & Control.kind;
		const amount = 2 ** (control >> AMOUNT_SHIFT);
		this.#time += kind === Control.pause ? PAUSE_NS : STEP_NS;
		const pos = this.#pos;
		if (kind === Control.hole && pos[direction] < MAX_POS) pos[direction] += amount;
		// Bytes before those that came last, once more or late.
		const back = kind === Control.again && amount > 1 ? amount : 0;
		const at = Math.max(1, pos[direction] - back);
		// A length has 32 bits, of which a call uses 31.
		const missing = kind === Control.uncaptured ? Math.min(amount, 2 ** 31 - 1 - bytes.length) : 0;
		const flags = this.#flags(direction, missing > 0, back > 0);
		const event = data({ time: this.#time, direction, pos: at, bytes, len: bytes.length + missing, flags });
		pos[direction] = Math.max(pos[direction], at + bytes.length + missing);
		return event;
	}

	#flags(direction: 'in' | 'out', isMissing: boolean, isAgain: boolean): number {
		const cut = (this.options & Option.cut) === 0 ? 0 : DataFlag.cut;
		if ((this.options & Option.pages) === 0 || direction === 'in') return cut;
		return isMissing ? DataFlag.elsewhere : isAgain ? DataFlag.fill : 0;
	}
}
