import { textOfLatin1 } from '../../exchange/text.ts';
import { type FramingFields, NO_FIELDS, nothingBut, readFramingFields } from './framing-fields.ts';
import { HeadScan } from './head-scan.ts';
import { CR, lineEnd, nextLine, trimmed } from './headers.ts';
import { Kept } from './kept-heads.ts';
import { cutRequestLine, parseStartLine, type StartLine } from './parse-start-line.ts';
import { DETECT_BYTES, STATUS_BYTES } from './start-line.ts';
import { UNUSUAL, usualLength } from './usual-length.ts';
import { viewOf } from './words.ts';

/** End of the start line. */
const firstEnd = (text: string): number => lineEnd(text, 0, nextLine(text, 0));

/** A space ends it. */
const cutTarget = (text: string): string => {
	const end = text.indexOf(' ');
	return end === -1 ? `${textOfLatin1(text)}…` : textOfLatin1(text.slice(0, end));
};

/** A start line and what the header fields say about framing. There are two for each exchange: the smaller, the better. */
export class Head {
	/** Start line and header fields as captured, one character a byte, as far as they are kept. */
	readonly text: string;
	/** Bytes that it has up to the body. */
	readonly length: number;
	readonly contentLength: number | null;
	/** Set of Anomaly bits. */
	anomalies: number;
	#line: StartLine;
	readonly #framing: FramingFields;

	constructor(text: string, length: number, line: StartLine, contentLength: number | null, framing: FramingFields) {
		this.text = text;
		this.length = length;
		this.contentLength = contentLength;
		this.anomalies = framing.anomalies;
		this.#line = line;
		this.#framing = framing;
	}

	/** Empty for a response. */
	get method(): string {
		return this.#line.method;
	}

	/** "1.0" or "1.1", of an odd request another one; empty where a request line has no end. */
	get version(): string {
		return this.#line.version;
	}

	/** Null for a request. */
	get status(): number | null {
		return this.#line.status;
	}

	get transferCoding(): FramingFields['transferCoding'] {
		return this.#framing.transferCoding;
	}

	/** Set of Content bits: what the text may say. */
	get content(): number {
		return this.#framing.content;
	}

	get expectsContinue(): boolean {
		return this.#framing.expectsContinue;
	}

	get upgrade(): boolean {
		return this.#framing.upgrade;
	}

	/** Of a request, with `…` where it may go on. Most queries read it of none: it is made when it is read. */
	get target(): string {
		if (this.status !== null) return '';
		if (this.version === '') return cutTarget(this.text.slice(this.method.length + 1));
		return textOfLatin1(
			trimmed(this.text, this.method.length, firstEnd(this.text) - this.version.length - ' HTTP/'.length),
		);
	}

	/** The start line has no end. */
	cutLine(): void {
		this.#line = { ...this.#line, isCut: true };
	}

	/** The reason phrase of a response; null where it may go on behind what is there. */
	get reason(): string | null {
		if (this.#line.isCut) return null;
		return this.status === null ? '' : textOfLatin1(this.text.slice(STATUS_BYTES + 1, firstEnd(this.text)));
	}
}

/** Reads a head, whole or cut off, with `isLineCut` within its start line; null when it is no head of HTTP/1. */
export const parseScanned = (scan: HeadScan, kept: Kept, isLineCut = false): Head | null => {
	const { bytes, view, start, length } = scan;
	const end = start + (scan.firstEnd === -1 ? length : scan.firstEnd);
	const lineEnd = end > start && bytes[end - 1] === CR ? end - 1 : end;
	const line =
		parseStartLine(bytes, view, start, lineEnd) ?? (isLineCut ? cutRequestLine(bytes, start, lineEnd) : null);
	if (line === null) return null;
	const usual = usualLength(scan);
	const framing = usual === UNUSUAL ? readFramingFields(scan) : nothingBut(scan.content);
	// What takes over is told by the heads.
	const isWhole = kept === Kept.head || framing.upgrade;
	const text = isWhole ? scan.text : kept === Kept.nothing ? '' : bytes.toString('latin1', start, end);
	return new Head(text, length, line, usual >= 0 ? usual : framing.contentLength, framing);
};

/** As `parseScanned`, of the text of a head, one character a byte. */
export const parseHead = (text: string): Head | null => {
	const scan = new HeadScan();
	scan.find(Buffer.from(text, 'latin1'), 0, text.length);
	// Who gives it says where it ends.
	scan.length = text.length;
	const isLineCut = scan.firstEnd === -1;
	const head = parseScanned(scan, Kept.head, isLineCut);
	if (isLineCut) head?.cutLine();
	return head;
};

/** Where start lines that are texts become bytes: a buffer for each would cost more than the rest. */
const scratch = Buffer.alloc(DETECT_BYTES);
const scratchView = viewOf(scratch);

/** Of a start line alone, without its end, one character a byte; `isCut`: it had none. */
export const parseStart = (text: string, isCut = false): Head | null => {
	const bytes = text.length > scratch.length ? Buffer.alloc(text.length) : scratch;
	const view = bytes === scratch ? scratchView : viewOf(bytes);
	const end = bytes.write(text, 'latin1');
	const line = parseStartLine(bytes, view, 0, end) ?? (isCut ? cutRequestLine(bytes, 0, end) : null);
	if (line === null) return null;
	const head = new Head(text, text.length, line, null, NO_FIELDS);
	if (isCut) head.cutLine();
	return head;
};
