import { NS_PER_SECOND } from '../../nanoseconds.ts';
import { FixedText } from './fixed-text.ts';

const DIGITS_OF_NS = 9;

const POINT = 46;
const COLON = 58;

/** Two digits at `at`; NaN when they are none. */
const two = (bytes: Buffer, at: number): number => {
	const tens = bytes[at]! - 48;
	const ones = bytes[at + 1]! - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
};

/** "2026-01-02T03:04": what a whole minute of lines has in common. */
const MINUTE_LENGTH = 16;
const MINUTE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d$/;
/** With ":05Z". */
const LEAST_LENGTH = MINUTE_LENGTH + 4;

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Reads times of RFC 3339, exact to the nanosecond: as seconds since the epoch and nanoseconds. */
export class LogTimes {
	seconds = 0;
	ns = 0;
	#minute = new FixedText(Buffer.from('1970-01-01T00:00'));
	#minuteSeconds = 0;

	/** Reads the time that begins at `start`, of bytes that `view` is of, too; gives where it ends, -1 when it is none. */
	read(bytes: Buffer, view: DataView, start: number, end: number): number {
		if (end - start < LEAST_LENGTH) return -1;
		if (!this.#minute.isAt(view, start, end) && !this.#readMinute(bytes, start)) return -1;
		if (bytes[start + MINUTE_LENGTH] !== COLON) return -1;
		const second = two(bytes, start + MINUTE_LENGTH + 1);
		// 60: a leap second.
		if (!(second <= 60)) return -1;
		let at = start + MINUTE_LENGTH + 3;
		this.ns = 0;
		if (bytes[at] === POINT) {
			const first = at + 1;
			let value = 0;
			for (at = first; at < end; at++) {
				const digit = bytes[at]! - 48;
				if (digit < 0 || digit > 9) break;
				if (at - first < DIGITS_OF_NS) value = value * 10 + digit;
			}
			if (at === first) return -1;
			const missing = DIGITS_OF_NS - (at - first);
			this.ns = missing > 0 ? value * 10 ** missing : value;
		}
		const zone = bytes[at];
		if (zone === 90 || zone === 122) {
			this.seconds = this.#minuteSeconds + second;
			at++;
		} else {
			this.seconds = this.#minuteSeconds + second - zoneAt(bytes, at);
			at += ZONE_LENGTH;
		}
		return Number.isNaN(this.seconds) || at > end ? -1 : at;
	}

	/** Reads all of a text; false when it is no time. */
	readText(text: string): boolean {
		const bytes = Buffer.from(text);
		return this.read(bytes, viewOf(bytes), 0, bytes.length) === bytes.length;
	}

	/** ns since `startWall`, ns since the epoch. */
	since(startSeconds: number, startNs: number): number {
		return (this.seconds - startSeconds) * NS_PER_SECOND + (this.ns - startNs);
	}

	#readMinute(bytes: Buffer, start: number): boolean {
		const minute = bytes.toString('latin1', start, start + MINUTE_LENGTH);
		if (!MINUTE.test(minute)) return false;
		const ms = Date.parse(`${minute.slice(0, 10)}T${minute.slice(11)}:00Z`);
		// Of a day that its month does not have another one is made, and of 24:00 the next day.
		if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(minute.slice(8, 10))) return false;
		this.#minuteSeconds = ms / 1000;
		this.#minute = new FixedText(bytes.subarray(start, start + MINUTE_LENGTH));
		return true;
	}
}

/** "+01:30". */
const ZONE_LENGTH = 6;

/** Seconds east of UTC; NaN when it is no zone. */
const zoneAt = (bytes: Buffer, at: number): number => {
	const sign = bytes[at];
	if ((sign !== 43 && sign !== 45) || bytes[at + 3] !== COLON) return Number.NaN;
	const hours = two(bytes, at + 1);
	const minutes = two(bytes, at + 4);
	if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
	const seconds = 3600 * hours + 60 * minutes;
	return sign === 43 ? seconds : -seconds;
};
