import { textOfLatin1 } from '../../exchange/text.ts';
import { type FramingFields, lengthAlone, NO_FIELDS, readFramingFields } from './framing-fields.ts';
import { HeadScan } from './head-scan.ts';
import { CR } from './headers.ts';
import { parseStartLine, type StartLine } from './start-line.ts';
import { NO_LENGTH, UNUSUAL, usualLength } from './usual-length.ts';

/** A start line and what the header fields say about framing. */
export class Head {
	/** Start line and header fields as captured, one character a byte. */
	readonly text: string;
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

	constructor(text: string, line: StartLine, framing: FramingFields) {
		this.text = text;
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
export const parseScanned = (scan: HeadScan): Head | null => {
	const { text, firstEnd } = scan;
	const end = firstEnd === -1 ? text.length : firstEnd;
	const line = parseStartLine(text, text.charCodeAt(end - 1) === CR ? end - 1 : end);
	return line === null ? null : new Head(text, line, framingOf(scan));
};

/** As `parseScanned`, of the text of a head, one character a byte. */
export const parseHead = (text: string): Head | null => {
	const scan = new HeadScan();
	scan.take(text);
	return parseScanned(scan);
};

/** Of a start line alone, without its end, one character a byte. */
export const parseStart = (text: string): Head | null => {
	const line = parseStartLine(text, text.length);
	return line === null ? null : new Head(text, line, NO_FIELDS);
};
