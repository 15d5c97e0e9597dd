import type { Completeness } from '../../completeness.ts';
import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import { isTold } from '../../exchange/logged/members.ts';
import { type ByteInput, inputName, openInput } from '../byte-input.ts';
import { FILE_DEMAND } from '../demand.ts';
import { Gate } from '../gate.ts';
import { InputError } from '../input-error.ts';
import type { CaptureInfo, ExchangeRequest, Source } from '../source.ts';
import { LogFile } from './log-file.ts';
import { mergedLogs } from './merged-logs.ts';

/** Read at the same time, each with a buffer. */
const MAX_FILES = 64;

const COMMON: ReadonlySet<string> = new Set(COMMON_FIELDS.map(({ name }) => name));
/** Fields of protocols follow from the texts of the messages. */
const tells = (field: string): boolean => isTold(field) || !COMMON.has(field);

/** Logs of exchanges, one JSON document a line, as one source: it has no events. */
class LogSource implements Source {
	readonly info: CaptureInfo;
	readonly #files: readonly LogFile[];
	readonly #gate = new Gate();
	#stopped = false;

	constructor(files: readonly LogFile[], name: string) {
		const startWall = files.reduce((least, file) => (file.startWall < least ? file.startWall : least), 2n ** 63n);
		const [first, ...others] = files;
		const unknown = new Set(first?.unknown.filter((field) => others.every((file) => file.unknown.includes(field))));
		this.info = { startMono: 0n, startWall, name, live: false, demand: FILE_DEMAND, unknown, tells };
		this.#files = files;
	}

	start(_: unknown, onEnd: (error: Error | null) => void): void {
		this.stop();
		queueMicrotask(() => onEnd(null));
	}

	startExchanges(request: ExchangeRequest, onEnd: (error: Error | null) => void): void {
		void this.#run(request).then(onEnd);
	}

	stop(): void {
		if (this.#stopped) return;
		this.#stopped = true;
		this.#gate.open();
		for (const file of this.#files) void file.close();
	}

	pause(): void {
		if (!this.#stopped) this.#gate.close();
	}

	resume(): void {
		this.#gate.open();
	}

	progress(): { readonly read: number; readonly size: number | null } {
		const sizes = this.#files.map(({ size }) => size);
		return {
			read: this.#files.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
			size: sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
		};
	}

	countMissing(completeness: Completeness): void {
		for (const file of this.#files) file.countMissing(completeness);
	}

	get #latest(): number {
		return Math.max(...this.#files.map(({ latest }) => latest));
	}

	/** Of several one may be behind the others. */
	get #isPipe(): boolean {
		return this.#files.length === 1 && this.#files[0]?.size === null;
	}

	async #run(request: ExchangeRequest): Promise<Error | null> {
		for (const file of this.#files) file.begin(request);
		// The caller is to be done with its own before exchanges come.
		await null;
		try {
			for await (const rows of mergedLogs(this.#files)) {
				if (this.#stopped) break;
				if (rows.length > 0) request.onRows(rows);
				// More may come much later, and a window that is over shall not wait for a row that a condition lets through.
				if (this.#isPipe) request.onTime(this.#latest);
				await this.#gate.pass();
			}
		} catch (error) {
			// One that is closed while it is read says so with an error.
			if (!this.#stopped && !(error instanceof InputError)) throw error;
			return this.#stopped || !(error instanceof InputError) ? null : error;
		} finally {
			request.onTime(this.#latest);
			this.stop();
		}
		return null;
	}
}

/** Reads a log of exchanges from an input that is open. Throws InputError when none of its first lines is one. */
export const logFrom = async (input: ByteInput, name: string): Promise<Source> =>
	new LogSource([await LogFile.open(input, name)], name);

/** Several of them as one, in the order of time. Throws InputError. */
export const openLogs = async (paths: readonly string[], signal?: AbortSignal): Promise<Source> => {
	if (paths.length > MAX_FILES) throw new InputError(`more than ${MAX_FILES} logs at once; read fewer of them`);
	const files: LogFile[] = [];
	try {
		for (const path of paths) files.push(await LogFile.open(await openInput(path, signal), inputName(path)));
	} catch (error) {
		await Promise.all(files.map((file) => file.close()));
		throw error;
	}
	return new LogSource(files, paths.map(inputName).join(', '));
};
