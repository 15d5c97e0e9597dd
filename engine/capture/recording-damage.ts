import type { Completeness } from '../completeness.ts';
import { RecordingError } from './recording-error.ts';

/** What of a recording was left out. Offsets are of the file. */
export class RecordingDamage {
	#places = 0;
	#bytes = 0;
	#first = { from: 0, to: 0 };
	/** Nothing was read from here on; null: it was read to its end. */
	#rest: number | null = null;

	leftOut(from: number, to: number): void {
		if (this.#places === 0) this.#first = { from, to };
		this.#places++;
		this.#bytes += to - from;
	}

	restFrom(offset: number): void {
		this.#rest = offset;
	}

	countMissing(completeness: Completeness): void {
		completeness.damagedBytes += this.#bytes;
		if (this.#rest !== null) completeness.damagedFiles++;
	}

	/** Null when there is none. */
	error(name: string): RecordingError | null {
		const words = [...this.#leftOutWords(), ...this.#restWords()];
		return words.length === 0
			? null
			: new RecordingError('damaged', `${name}: the recording is damaged ${words.join('; and ')}`);
	}

	#leftOutWords(): readonly string[] {
		if (this.#places === 0) return [];
		const place = `from byte ${this.#first.from} to ${this.#first.to}`;
		return this.#places === 1
			? [`${place}, which was left out`]
			: [`at ${this.#places} places, the first ${place}, which were left out: ${this.#bytes} bytes`];
	}

	#restWords(): readonly string[] {
		return this.#rest === null ? [] : [`at byte ${this.#rest}; what follows was not read`];
	}
}
