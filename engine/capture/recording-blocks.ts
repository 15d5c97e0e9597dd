import { Header } from './events.ts';
import { blockAt, CHECK_SIGN, isLast, type Time } from './recording-check.ts';
import type { RecordingDamage } from './recording-damage.ts';

/** What of a buffer may be handed on: `[start, end)`. */
export interface Run {
	readonly start: number;
	/** What comes behind it is still to be looked at. */
	readonly end: number;
	/** `again`: there may be more in the buffer; `end`: the recording ends with it. */
	readonly found: 'part' | 'end' | 'again';
}

/** The whole blocks of a recording that has checks, and what is damaged between them. */
export class RecordingBlocks {
	readonly #seed: number;
	readonly #damage: RecordingDamage;
	readonly #onTime: (time: Time) => void;
	/** In the file: where the damage begins, and from where on the next block is looked for. Null: all is well so far. */
	#lost: { readonly from: number; next: number } | null = null;

	constructor(seed: number, damage: RecordingDamage, onTime: (time: Time) => void) {
		this.#seed = seed;
		this.#damage = damage;
		this.#onTime = onTime;
	}

	/** Looks at `buffer[at, length)`; the buffer is at `offset` of the file. */
	next(buffer: Buffer, at: number, length: number, offset: number): Run {
		if (this.#lost !== null) {
			const { at: next, isBlock } = this.#find(buffer, Math.max(at, this.#lost.next - offset), length, offset, false);
			if (!isBlock) {
				this.#lost.next = Math.max(this.#lost.next, offset + next);
				return { start: next, end: next, found: 'part' };
			}
			this.#damage.leftOut(this.#lost.from, offset + next);
			this.#lost = null;
			return this.#whole(buffer, next, length, offset);
		}
		return this.#whole(buffer, at, length, offset);
	}

	/**
	 * There are no more bytes, and `next` has left those of the buffer: whether it shall be called again, as they were
	 * not the beginning of the last block but a damaged one.
	 */
	isDamagedPart(buffer: Buffer, length: number, offset: number): boolean {
		const from = this.#lost === null ? offset : this.#lost.from;
		const { at, isBlock } = this.#find(buffer, 1, length, offset, true);
		if (isBlock) this.#lost = { from, next: offset + at };
		return isBlock;
	}

	/** Where the damage begins that goes on to the end of the file. */
	get lostFrom(): number | null {
		return this.#lost?.from ?? null;
	}

	#whole(buffer: Buffer, start: number, length: number, offset: number): Run {
		for (let at = start; ; ) {
			const block = blockAt(buffer, at, length, offset + at, this.#seed);
			if (block.kind === 'part') return { start, end: at, found: 'part' };
			if (block.kind === 'bad') {
				this.#lost = { from: offset + at, next: offset + block.next };
				return { start, end: at, found: 'again' };
			}
			this.#onTime({ high: buffer.readUInt32LE(at + Header.time + 4), low: buffer.readUInt32LE(at + Header.time) });
			if (isLast(buffer, at, block.end)) return { start, end: block.end, found: 'end' };
			at = block.end;
		}
	}

	/** The next whole block from `from` on, or from where on to look for it when there are more bytes. */
	#find(
		buffer: Buffer,
		from: number,
		length: number,
		offset: number,
		isAll: boolean,
	): { readonly at: number; readonly isBlock: boolean } {
		const bytes = buffer.subarray(0, length);
		for (let next = from; ; ) {
			const at = next < length ? bytes.indexOf(CHECK_SIGN, next) : -1;
			if (at < 0) return { at: Math.min(length, Math.max(next, length - CHECK_SIGN.length + 1)), isBlock: false };
			const block = blockAt(buffer, at, length, offset + at, this.#seed);
			if (block.kind === 'whole') return { at, isBlock: true };
			if (block.kind === 'part' && !isAll) return { at, isBlock: false };
			next = block.kind === 'bad' ? block.next : at + 1;
		}
	}
}
