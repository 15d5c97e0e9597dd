const NS_PER_S = 1e9;
const DIGITS_OF_NS = 9;

/** Two digits at `at`; NaN when they are none. */
const two = (bytes: Buffer, at: number): number => {
	const tens = bytes[at]! - 48;
	const ones = bytes[at + 1]! - 48;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
};

/** "2026-01-02T03:04": what a whole minute of lines has in common. */
const MINUTE_LENGTH = 16;
const MINUTE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d$/;

/** Reads times of RFC 3339, exact to the nanosecond: as seconds since the epoch and nanoseconds. */
export class LogTimes {
	seconds = 0;
	ns = 0;
	readonly #minuteBytes = Buffer.alloc(MINUTE_LENGTH);
	#minuteSeconds = 0;

	/** Reads `bytes[start, end)`; false when it is no time. */
	read(bytes: Buffer, start: number, end: number): boolean {
		if (end - start < MINUTE_LENGTH + 4 || !this.#minute(bytes, start)) return false;
		if (bytes[start + MINUTE_LENGTH]! !== 58) return false;
		const second = two(bytes, start + MINUTE_LENGTH + 1);
		let at = start + MINUTE_LENGTH + 3;
		this.ns = 0;
		if (bytes[at]! === 46) {
			const first = at + 1;
			let value = 0;
			for (at = first; at < end; at++) {
				const digit = bytes[at]! - 48;
				if (digit < 0 || digit > 9) break;
				if (at - first < DIGITS_OF_NS) value = value * 10 + digit;
			}
			if (at === first) return false;
			const missing = DIGITS_OF_NS - (at - first);
			this.ns = missing > 0 ? value * 10 ** missing : value;
		}
		const zone = this.#zone(bytes, at, end);
		this.seconds = this.#minuteSeconds + second - zone;
		return !Number.isNaN(this.seconds);
	}

	/** The same of a text. */
	readText(text: string): boolean {
		const bytes = Buffer.from(text);
		return this.read(bytes, 0, bytes.length);
	}

	/** ns since `startWall`, ns since the epoch. */
	since(startSeconds: number, startNs: number): number {
		return (this.seconds - startSeconds) * NS_PER_S + (this.ns - startNs);
	}

	#minute(bytes: Buffer, start: number): boolean {
		if (this.#isSameMinute(bytes, start)) return true;
		const minute = bytes.toString('latin1', start, start + MINUTE_LENGTH);
		if (!MINUTE.test(minute)) return false;
		const ms = Date.parse(`${minute.slice(0, 10)}T${minute.slice(11)}:00Z`);
		if (Number.isNaN(ms)) return false;
		this.#minuteSeconds = ms / 1000;
		bytes.copy(this.#minuteBytes, 0, start, start + MINUTE_LENGTH);
		return true;
	}

	#isSameMinute(bytes: Buffer, start: number): boolean {
		const known = this.#minuteBytes;
		// What changes first is at the end.
		for (let i = MINUTE_LENGTH - 1; i >= 0; i--) if (bytes[start + i] !== known[i]) return false;
		return true;
	}

	/** Seconds east of UTC; NaN when it is no zone. */
	#zone(bytes: Buffer, at: number, end: number): number {
		const sign = bytes[at]!;
		if (end - at === 1 && (sign === 90 || sign === 122)) return 0;
		if (end - at !== 6 || (sign !== 43 && sign !== 45) || bytes[at + 3]! !== 58) return Number.NaN;
		const seconds = 3600 * two(bytes, at + 1) + 60 * two(bytes, at + 4);
		return sign === 43 ? seconds : -seconds;
	}
}
