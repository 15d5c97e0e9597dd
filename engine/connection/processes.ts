import { AgedMap } from '../aged-map.ts';
import { Exe, ExeFlag, Exit, Header, Process as ProcessRecord } from '../capture/events.ts';
import type { Process } from '../exchange/exchange.ts';

/** As many as Linux has pids by default (/proc/sys/kernel/pid_max on small machines); on others far more come in a day. */
const MAX_PROCESSES = 32_768;

/**
 * Names that a run time gives to the first thread of every program: Node does since version 23. They say nothing about
 * the process, whose name is then its executable's.
 */
const RUNTIME_THREADS = new Set(['MainThread']);

/** A NUL-terminated string in a field of fixed size. */
const cString = (bytes: Buffer, start: number, end: number): string | null => {
	const nul = bytes.indexOf(0, start);
	const text = bytes.toString('utf8', start, nul === -1 || nul > end ? end : nul);
	return text === '' ? null : text;
};

/** Of the names of a path, the last first, each with a NUL. As /proc/PID/exe says it. */
const pathOf = (names: string, flags: number): string => {
	const path = names.split('\0').slice(0, -1).toReversed();
	return `/${path.join('/')}${(flags & ExeFlag.unlinked) === 0 ? '' : ' (deleted)'}`;
};

/**
 * The processes that own sockets, by thread group id. What becomes known of a process makes a new object, so that an
 * exchange keeps what was known at its time. One that has ended stays, for its sockets may close after it, until its id is
 * used again, or there is no room for another one: before those that run.
 */
export class Processes {
	/** The one that was not asked for longest stands first. */
	readonly #byId = new AgedMap<number, Process>();
	readonly #ended = new AgedMap<number, Process>();

	/** The process with that id; one without names when the capture has not told about it. */
	get(tgid: number): Process | null {
		if (tgid === 0) return null;
		const known = this.#byId.renew(tgid);
		if (known !== undefined) return known;
		const unknown = { pid: tgid, started: 0n, comm: null, exe: null };
		this.#set(unknown);
		return unknown;
	}

	/** A record `process` at `at`. */
	seen(bytes: Buffer, at: number): void {
		const pid = bytes.readUInt32LE(at + ProcessRecord.tgid);
		const started = bytes.readBigUInt64LE(at + ProcessRecord.started);
		const comm = cString(bytes, at + ProcessRecord.comm, at + ProcessRecord.exe);
		const exe = cString(bytes, at + ProcessRecord.exe, at + ProcessRecord.bytes);
		const unnamed = comm === null || RUNTIME_THREADS.has(comm);
		// It closes its sockets when it has let go of its executable.
		const known = this.#byId.get(pid);
		const last = known?.started === started ? known.exe : null;
		this.#ended.delete(pid);
		this.#set({ pid, started, comm: unnamed ? (exe ?? comm) : comm, exe: exe ?? last });
	}

	/** A record `exe` at `at`, which ends at `end`: counts for the process that it names only. */
	executable(bytes: Buffer, at: number, end: number): void {
		const process = this.#byId.get(bytes.readUInt32LE(at + Exe.tgid));
		if (process?.started !== bytes.readBigUInt64LE(at + Exe.started)) return;
		const start = at + Exe.bytes;
		const told = bytes.toString('utf8', start, Math.min(end, start + bytes.readUInt32LE(at + Exe.len)));
		const flags = bytes.readUInt8(at + Header.flags);
		if (told !== '') this.#set({ ...process, exe: (flags & ExeFlag.names) === 0 ? told : pathOf(told, flags) });
	}

	/** A record `exit` at `at`. */
	ended(bytes: Buffer, at: number): void {
		const process = this.#byId.get(bytes.readUInt32LE(at + Exit.tgid));
		if (process?.started === bytes.readBigUInt64LE(at + Exit.started)) this.#ended.set(process.pid, process);
	}

	#set(process: Process): void {
		if (this.#byId.size >= MAX_PROCESSES && !this.#byId.has(process.pid)) this.#makeRoom();
		this.#byId.set(process.pid, process);
	}

	#makeRoom(): void {
		const pid = this.#ended.oldestKey ?? this.#byId.oldestKey ?? 0;
		this.#ended.delete(pid);
		this.#byId.delete(pid);
	}
}
