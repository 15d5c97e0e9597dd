import type { Completeness } from '../../completeness.ts';
import { LoggedExchange, protocolName } from '../../exchange/logged/logged-exchange.ts';
import type { Member } from '../../exchange/logged/members.ts';
import type { ByteInput } from '../byte-input.ts';
import { InputError } from '../input-error.ts';
import type { ExchangeRequest } from '../source.ts';
import { LineReader } from './line-reader.ts';
import { Lines } from './lines.ts';
import { LogTimes } from './log-time.ts';

const NO_EXCHANGES =
	'holds JSON, but none of its first lines is an exchange: one JSON document a line is read, with start_time, end_time and protocol';

const NO_LINES = 'has only blank lines';

/** The first exchange of a log is among so many lines. */
const FIRST_LINES = 20;

/** A log that has more names of protocols than this has none. */
const MAX_PROTOCOLS = 1000;

/** ns since the epoch; null when it is no time. */
const wallOf = (text: unknown): bigint | null => {
	const times = new LogTimes();
	if (typeof text !== 'string' || !times.readText(text)) return null;
	return BigInt(times.seconds) * 1_000_000_000n + BigInt(times.ns);
};

/** What only some programs write of an exchange: whose it was. */
const OWNERS = ['pid', 'comm', 'remote_comm'] as const satisfies readonly Member[];

/** What the first exchange of a log tells. */
interface First {
	/** ns since the epoch. */
	readonly start: bigint;
	/** The members of `OWNERS` that it does not have, as then no other line has. */
	readonly unknown: readonly Member[];
	/** It says whether all was captured that was asked for then, as then the other lines do. */
	readonly tellsTruncated: boolean;
}

/** Null when the line is no exchange. */
const firstOf = (line: string): First | null => {
	try {
		const document = JSON.parse(line) as Readonly<Partial<Record<Member, unknown>>>;
		const start = wallOf(document.start_time);
		const end = wallOf(document.end_time);
		const isOne = start !== null && end !== null && start <= end && typeof document.protocol === 'string';
		if (!isOne) return null;
		const tellsTruncated = document.truncated !== undefined;
		return { start, unknown: OWNERS.filter((name) => document[name] === undefined), tellsTruncated };
	} catch {
		return null;
	}
};

/** The first exchange; null when none of the first lines is one. They stay, and are counted as any others. */
const findFirst = async (lines: Lines): Promise<First | null> => {
	for (let left = FIRST_LINES; left > 0; ) {
		const line = lines.look();
		if (line === null) {
			if (lines.isFull || !(await lines.read())) return null;
		} else if (line.trim() !== '') {
			const first = firstOf(line);
			if (first !== null) return first;
			left--;
		}
	}
	return null;
};

/** One log: its exchanges, some hundreds at a time. */
export class LogFile {
	/** ns since the epoch: the start of its first exchange. */
	readonly startWall: bigint;
	/** Fields that none of its lines tells. */
	readonly unknown: readonly string[];
	readonly #input: ByteInput;
	readonly #lines: Lines;
	readonly #tellsTruncated: boolean;
	#reader: LineReader | null = null;
	#wanted: readonly string[] | null = null;
	/** Names of protocols as queries write them, by those of the log; null: not asked for. */
	readonly #names = new Map<string, string | null>();
	/** Of the line before: most lines of a log are of one protocol. */
	#title: string | null = null;
	#name: string | null = null;
	#latest = 0;
	#quick = 0;
	#onQuick: (count: number) => void = () => {};
	#wrongLines = 0;
	#isCut = false;
	#failed = false;
	#begun = false;
	#closed = false;
	#rows: LoggedExchange[] = [];

	private constructor(input: ByteInput, lines: Lines, { start, unknown, tellsTruncated }: First) {
		this.#input = input;
		this.#lines = lines;
		this.startWall = start;
		this.unknown = unknown;
		this.#tellsTruncated = tellsTruncated;
	}

	/** Reads the first lines; `name` is for messages. Throws InputError when none of them is an exchange. */
	static async open(input: ByteInput, name: string): Promise<LogFile> {
		const lines = new Lines(input);
		try {
			const first = await findFirst(lines);
			if (first === null) throw new InputError(`${name} ${lines.areBlank ? NO_LINES : NO_EXCHANGES}`);
			return new LogFile(input, lines, first);
		} catch (error) {
			await input.close();
			throw error;
		}
	}

	begin({ startWall, demand, onQuick }: ExchangeRequest): void {
		this.#reader = new LineReader(demand, startWall, this.#tellsTruncated);
		this.#wanted = demand.protocols;
		this.#onQuick = onQuick;
	}

	/** The next exchanges that are asked for, perhaps none; null at the end. Throws InputError. */
	async next(): Promise<readonly LoggedExchange[] | null> {
		const reader = this.#reader;
		// What opened the file has read its beginning.
		if (reader === null || (this.#begun && !(await this.#more()))) return null;
		// What is left of a file that is not read further is no cut.
		if (this.#closed) return null;
		this.#begun = true;
		this.#rows = [];
		this.#quick = 0;
		this.#lines.take(
			(bytes) => reader.open(bytes),
			(start, end, isLast) => this.#take(reader, start, end, isLast),
		);
		// There may be no rows behind them to come with.
		if (this.#quick > 0) this.#onQuick(this.#quick);
		return this.#rows;
	}

	async #more(): Promise<boolean> {
		try {
			return await this.#lines.read();
		} catch (error) {
			this.#failed = true;
			throw error;
		}
	}

	/** When the last of its exchanges ended, of those that were read. */
	get latest(): number {
		return this.#latest;
	}

	get bytesRead(): number {
		return this.#input.read;
	}

	get size(): number | null {
		return this.#input.size;
	}

	close(): Promise<void> {
		this.#closed = true;
		return this.#input.close();
	}

	countMissing(completeness: Completeness): void {
		completeness.truncated += this.#reader?.truncated ?? 0;
		completeness.wrongLines += this.#wrongLines + this.#lines.tooLong;
		if (this.#isCut || this.#input.torn) completeness.cutBytes++;
		if (this.#failed) completeness.damagedFiles++;
	}

	#take(reader: LineReader, start: number, end: number, isLast: boolean): void {
		if (reader.isBlank(start, end)) return;
		if (!reader.read(start, end, isLast)) {
			if (isLast) this.#isCut = true;
			else this.#wrongLines++;
			return;
		}
		if (reader.protocol !== this.#title) {
			this.#title = reader.protocol;
			this.#name = this.#protocol(reader.protocol);
		}
		if (this.#name === null) return;
		if (reader.endTime > this.#latest) this.#latest = reader.endTime;
		if (reader.isQuick) this.#quick++;
		else this.#rows.push(new LoggedExchange(this.#name, reader.line(start, end)));
	}

	#protocol(title: string): string | null {
		let name = this.#names.get(title);
		if (name === undefined) {
			const written = protocolName(title);
			name = (this.#wanted?.includes(written) ?? true) ? written : null;
			if (this.#names.size < MAX_PROTOCOLS) this.#names.set(title, name);
		}
		return name;
	}
}
