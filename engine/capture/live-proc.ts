import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Facts of /proc that the BPF programs cannot tell. A process may end at any moment: then there is no answer. */

const attempt = <T>(read: () => T): T | null => {
	try {
		return read();
	} catch {
		return null;
	}
};

const processIds = (): number[] =>
	(attempt(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);

export const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Fields of /proc/PID/stat from the third on, that is after the name, which may itself hold ") ". See proc_pid_stat(5). */
function statFields(pid: number): string[] | null {
	const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
	return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const PARENT_FIELD = 4 - 3;
const START_FIELD = 22 - 3;
/** Start times are told in hundredths of a second (AT_CLKTCK is 100 on every architecture). */
const TICK_NS = 10_000_000n;

/**
 * The descendants of `roots`, each with the clauses of its ancestors. Call it when the fork hook already knows the roots:
 * what is started later is the hook's, and what was started before is in /proc.
 */
export function findDescendants(roots: ReadonlyMap<number, number>): Map<number, number> {
	const clauses = new Map(roots);
	// Again until nothing is new: a child may have been started by a process that was found only after it was passed.
	for (let changed = true; changed; ) {
		changed = false;
		for (const pid of processIds()) {
			const inherited = clauses.get(Number(statFields(pid)?.[PARENT_FIELD])) ?? 0;
			const own = clauses.get(pid) ?? 0;
			if ((inherited & ~own) === 0) continue;
			clauses.set(pid, own | inherited);
			changed = true;
		}
	}
	return clauses;
}

/** The path of a process's executable, or null when that process (by its start in ns since boot) is gone or hidden. */
export function readExe(tgid: number, started: bigint): string | null {
	const path = attempt(() => readlinkSync(`/proc/${tgid}/exe`));
	const start = statFields(tgid)?.[START_FIELD];
	return path !== null && start !== undefined && BigInt(start) === started / TICK_NS ? path : null;
}

export interface Listener {
	/** 16 bytes; IPv4 as ::ffff:a.b.c.d. */
	readonly addr: Uint8Array;
	readonly port: number;
	readonly netns: number;
	readonly family: 4 | 6;
}

/** One process in each network namespace that has one. */
function namespaceMembers(): Map<number, number> {
	const members = new Map<number, number>();
	for (const pid of processIds()) {
		const link = attempt(() => readlinkSync(`/proc/${pid}/ns/net`));
		const netns = Number(/^net:\[(\d+)\]$/.exec(link ?? '')?.[1]);
		if (netns > 0 && !members.has(netns)) members.set(netns, pid);
	}
	return members;
}

/** Addresses stand as 32-bit words in the byte order of the machine, which is little-endian on both architectures. */
function parseAddress(hex: string): Uint8Array {
	const words = Buffer.from(hex, 'hex').swap32();
	const addr = new Uint8Array(16);
	if (words.length === 4) addr.set([0xff, 0xff], 10);
	addr.set(words, 16 - words.length);
	return addr;
}

/** Lines of /proc/PID/net/tcp or tcp6: "sl local_address rem_address st ...", state 0A is LISTEN. */
export function parseListeners(text: string, netns: number, family: 4 | 6): Listener[] {
	return Array.from(text.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm), ([, addr = '', port = '']) => ({
		addr: parseAddress(addr),
		port: Number.parseInt(port, 16),
		netns,
		family,
	}));
}

/** Listening TCP sockets of the given network namespaces; null is all of them. */
export function findListeners(namespaces: ReadonlySet<number> | null): Listener[] {
	const found: Listener[] = [];
	for (const [netns, pid] of namespaceMembers()) {
		if (namespaces !== null && !namespaces.has(netns)) continue;
		const read = (file: string) => attempt(() => readFileSync(`/proc/${pid}/net/${file}`, 'latin1')) ?? '';
		found.push(...parseListeners(read('tcp'), netns, 4), ...parseListeners(read('tcp6'), netns, 6));
	}
	return found;
}
