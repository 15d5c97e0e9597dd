import { textOfLatin1 } from '../../exchange/text.ts';
import { type FramingFields, lengthAlone, NO_FIELDS, readFramingFields } from './framing-fields.ts';
import { HeadScan } from './head-scan.ts';
import { CR } from './headers.ts';
import { Kept } from './kept-heads.ts';
import { parseStartLine, type StartLine } from './parse-start-line.ts';
import { DETECT_BYTES } from './start-line.ts';
import { NO_LENGTH, UNUSUAL, usualLength } from './usual-length.ts';

/** A start line and what the header fields say about framing. */
export class Head {
	/** Start line and header fields as captured, one character a byte, as far as they are kept. */
	readonly text: string;
	/** Bytes that it has up to the body. */
	readonly length: number;
	/** Empty for a response. */
	readonly method: string;
	/** "1.0" or "1.1". */
	readonly version: string;
	/** Null for a request. */
	readonly status: number | null;
	readonly contentLength: number | null;
	readonly transferCoding: FramingFields['transferCoding'];
	readonly expectsContinue: boolean;
	readonly upgrade: boolean;
	/** Set of Anomaly bits. */
	anomalies: number;
	/** Where the target or the reason phrase stands in the text. */
	readonly #from: number;
	readonly #to: number;

	constructor(text: string, length: number, line: StartLine, framing: FramingFields) {
		this.text = text;
		this.length = length;
		this.method = line.method;
		this.version = line.version;
		this.status = line.status;
		this.contentLength = framing.contentLength;
		this.transferCoding = framing.transferCoding;
		this.expectsContinue = framing.expectsContinue;
		this.upgrade = framing.upgrade;
		this.anomalies = framing.anomalies;
		this.#from = line.from;
		this.#to = line.to;
	}

	/** Of a request. Most queries read it of none: it is made when it is read. */
	get target(): string {
		return this.status === null ? this.#rest() : '';
	}

	/** The reason phrase of a response. */
	get reason(): string {
		return this.status === null ? '' : this.#rest();
	}

	#rest(): string {
		return textOfLatin1(this.text.slice(this.#from, this.#to));
	}
}

const framingOf = (scan: HeadScan): FramingFields => {
	const length = usualLength(scan);
	if (length === UNUSUAL) return readFramingFields(scan);
	return length === NO_LENGTH ? NO_FIELDS : lengthAlone(length);
};

/** Reads a head, whole or cut off behind its start line; null when it is no head of HTTP/1. */
export const parseScanned = (scan: HeadScan, kept: Kept): Head | null => {
	const { bytes, start, length, firstEnd } = scan;
	const end = start + (firstEnd === -1 ? length : firstEnd);
	const line = parseStartLine(bytes, start, end > start && bytes[end - 1] === CR ? end - 1 : end);
	if (line === null) return null;
	const framing = framingOf(scan);
	// What takes over is told by the heads.
	const isWhole = kept === Kept.head || framing.upgrade;
	const text = isWhole ? scan.text : kept === Kept.nothing ? '' : bytes.toString('latin1', start, end);
	return new Head(text, length, line, framing);
};

/** As `parseScanned`, of the text of a head, one character a byte. */
export const parseHead = (text: string): Head | null => {
	const scan = new HeadScan();
	scan.find(Buffer.from(text, 'latin1'), 0, text.length);
	// Who gives it says where it ends.
	scan.length = text.length;
	return parseScanned(scan, Kept.head);
};

/** Where start lines that are texts become bytes: a buffer for each would cost more than the rest. */
const scratch = Buffer.alloc(DETECT_BYTES);

/** Of a start line alone, without its end, one character a byte. */
export const parseStart = (text: string): Head | null => {
	const bytes = text.length > scratch.length ? Buffer.alloc(text.length) : scratch;
	const line = parseStartLine(bytes, 0, bytes.write(text, 'latin1'));
	return line === null ? null : new Head(text, text.length, line, NO_FIELDS);
};
