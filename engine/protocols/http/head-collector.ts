import { HeadScan } from './head-scan.ts';
import { isCutRequestLine } from './start-line.ts';

/** Servers refuse heads of 8 to 64 KiB with 431; what is larger is no head. */
const MAX_HEAD_BYTES = 64 << 10;

/** What a status line has before its reason phrase (RFC 9112, 4). */
const STATUS = /^HTTP\/1\.\d \d{3} /;

/** Whether bytes without the end of a line are the beginning of a start line. */
const isCutLine = ({ bytes, start, text }: HeadScan): boolean =>
	STATUS.test(text) || isCutRequestLine(bytes, start, start + text.length);

const NOTHING: Buffer = Buffer.alloc(0);

/** Of all heads that come in one piece, as nearly all do: one is in the processor's cache when those of all connections would not be. */
const atOnce = new HeadScan();

/** Lets the bytes go that were looked at last: those of the source, which are many. */
export const forgetHeads = (): void => {
	atOnce.clear();
	atOnce.find(NOTHING, 0, 0);
};

/** Collects a head in any pieces up to the empty line that ends it. */
export class HeadCollector {
	ended = false;
	/** Of a head that has ended, until another one is looked at. */
	scan = atOnce;
	/** What came in earlier pieces: the first `length` bytes. */
	#before = NOTHING;
	/** Bytes collected of a head that has not ended. */
	length = 0;
	readonly #readsContent: boolean;

	/** `readsContent`: as of HeadScan. */
	constructor(readsContent: boolean) {
		this.#readsContent = readsContent;
	}

	/** Takes bytes from `at`; gives the index behind those that belong to the head. */
	add(bytes: Buffer, at: number, end: number): number {
		const { length } = this;
		if (length === 0) {
			this.scan = atOnce;
			atOnce.readsContent = this.#readsContent;
			atOnce.clear();
			this.ended = atOnce.find(bytes, at, end);
			if (this.ended) return at + atOnce.length;
			this.scan = new HeadScan();
			this.scan.readsContent = this.#readsContent;
			this.scan.clear();
		}
		this.#keep(bytes, at, end);
		this.ended = this.scan.find(this.#before, 0, this.length);
		return this.ended ? at + this.scan.length - length : end;
	}

	/** The head has no end: what there is of it is all. Gives whether it is a start line without an end. */
	cut(): boolean {
		this.ended = true;
		if (this.length === 0) this.scan.clear();
		if (this.scan.firstEnd !== -1 || !isCutLine(this.scan)) return false;
		this.scan.firstEnd = this.length;
		return true;
	}

	get tooLong(): boolean {
		return this.length > MAX_HEAD_BYTES;
	}

	/** Begins anew. */
	clear(): void {
		this.ended = false;
		if (this.length === 0) return;
		this.length = 0;
		this.#before = NOTHING;
	}

	/** The bytes belong to the source, which uses its buffer again. A piece may be one byte: what there is is not copied for each. */
	#keep(bytes: Buffer, at: number, end: number): void {
		const length = this.length + (end - at);
		if (length > this.#before.length) {
			const kept = this.#before.subarray(0, this.length);
			// Of a head that is cut off names are compared with what is behind its end: zeros.
			this.#before = Buffer.alloc(2 * length);
			kept.copy(this.#before);
		}
		bytes.copy(this.#before, this.length, at, end);
		this.length = length;
	}
}
