import type { LoggedExchange } from '../../exchange/logged/logged-exchange.ts';
import { InputError } from '../input-error.ts';
import type { LogFile } from './log-file.ts';

/** What was read of a log and has not been handed on. */
class Ahead {
	readonly file: LogFile;
	#rows: readonly LoggedExchange[] = [];
	#at = 0;

	constructor(file: LogFile) {
		this.file = file;
	}

	/** When its next exchange ended. */
	get time(): number {
		return this.#rows[this.#at]?.endTime ?? Number.POSITIVE_INFINITY;
	}

	/** Reads on until there is an exchange; false at the end. */
	async fill(): Promise<boolean> {
		while (this.#at >= this.#rows.length) {
			const rows = await this.file.next();
			if (rows === null) return false;
			this.#rows = rows;
			this.#at = 0;
		}
		return true;
	}

	/** The exchanges up to a time, in their own order, of what was read. */
	upTo(time: number): readonly LoggedExchange[] {
		const from = this.#at;
		if (time === Number.POSITIVE_INFINITY) this.#at = this.#rows.length;
		while (this.#at < this.#rows.length && this.time <= time) this.#at++;
		return this.#rows.slice(from, this.#at);
	}
}

/**
 * The exchanges of several logs in the order of their ends: of each no more than one buffer is read ahead. What is wrong with
 * one is told when the others have been read, too.
 */
export async function* mergedLogs(files: readonly LogFile[]): AsyncGenerator<readonly LoggedExchange[]> {
	let open = files.map((file) => new Ahead(file));
	const errors: InputError[] = [];
	const told = (error: unknown): boolean => {
		if (!(error instanceof InputError)) throw error;
		errors.push(error);
		return false;
	};
	while (open.length > 0) {
		const filled = await Promise.all(open.map((one) => one.fill().catch(told)));
		open = open.filter((_, at) => filled[at]);
		const [first, second] = open.toSorted((a, b) => a.time - b.time);
		if (first !== undefined) yield first.upTo(second?.time ?? Number.POSITIVE_INFINITY);
	}
	if (errors[0] !== undefined) throw errors[0];
}
