import type { Machine } from './machine.ts';
import type { Fact } from './report.ts';

interface Capability {
	readonly name: string;
	/** include/uapi/linux/capability.h */
	readonly bit: bigint;
	readonly purpose: string;
	/** Live capture cannot begin without it. */
	readonly required?: true;
}

const SYS_ADMIN = 1n << 21n;

/** CAP_SYS_ADMIN stands for the first two: they were parts of it before Linux 5.8. */
const CAPABILITIES: readonly Capability[] = [
	{ name: 'CAP_BPF', bit: 1n << 39n, purpose: 'to load programs', required: true },
	{ name: 'CAP_PERFMON', bit: 1n << 38n, purpose: 'to let them look at the kernel', required: true },
	{ name: 'CAP_SYS_PTRACE', bit: 1n << 19n, purpose: 'not needed: the kernel tells who other processes are' },
	{ name: 'CAP_NET_ADMIN', bit: 1n << 12n, purpose: 'not needed: nothing is attached to interfaces' },
];

function capabilityFact({ name, bit, purpose, required }: Capability, effective: bigint): Fact {
	const has = (effective & bit) !== 0n || (required === true && (effective & SYS_ADMIN) !== 0n);
	if (has) return { name, state: 'ok', says: purpose };
	if (required)
		return {
			name,
			state: 'missing',
			says: `${purpose}: not held`,
			mend: 'run it with sudo, or as a service with AmbientCapabilities=CAP_BPF CAP_PERFMON',
		};
	return { name, state: 'note', says: purpose };
}

/** Inode numbers of the namespaces that a machine starts with (include/linux/proc_ns.h). */
const FIRST_USER_NAMESPACE = 'user:[4026531837]';
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** The numbers of a process from the namespace that /proc is of down to its own (proc_pid_status(5)). */
const numbersOfProcess = (status: string): number =>
	/^NSpid:((?:\s+\d+)+)$/m.exec(status)?.[1]?.trim().split(/\s+/).length ?? 1;

function namespaceFacts({ link, read }: Machine): Fact[] {
	const user = link('/proc/self/ns/user');
	const pid = link('/proc/self/ns/pid');
	const facts: Fact[] = [];
	if (user !== null && user !== FIRST_USER_NAMESPACE) {
		const says = `${user}: root and capabilities within a user namespace do not reach programs of the kernel`;
		facts.push({
			name: 'user namespace',
			state: 'missing',
			says,
			mend: 'run it outside, or in a privileged container',
		});
	}
	if (pid !== null && pid !== FIRST_PID_NAMESPACE) {
		const says = `${pid}, as in a container: processes outside of it have names but no pid, and their older connections are told of when they next send or receive`;
		facts.push({ name: 'pid namespace', state: 'limited', says, mend: 'run it outside, or with --pid=host' });
	}
	if (numbersOfProcess(read('/proc/self/status') ?? '') > 1) {
		const says = 'that of another pid namespace: its pids mean other processes here, and children are not found';
		facts.push({ name: '/proc', state: 'limited', says, mend: 'mount -t proc proc /proc (unshare --mount-proc)' });
	}
	return facts.length > 0 ? facts : [{ name: 'container', state: 'ok', says: 'none: the first namespaces' }];
}

/** Who may load programs that trace; the setting decides only about other kinds. */
function unprivileged({ read }: Machine): Fact | null {
	const value = read('/proc/sys/kernel/unprivileged_bpf_disabled')?.trim();
	if (value === undefined) return null;
	return { name: 'unprivileged_bpf_disabled', state: 'note', says: `${value}: tracing needs capabilities in any case` };
}

/** What this process may do. */
export function privilegeFacts(machine: Machine): Fact[] {
	const status = machine.read('/proc/self/status') ?? '';
	const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
	const uid = /^Uid:\s*\d+\s+(\d+)/m.exec(status)?.[1];
	const more = unprivileged(machine);
	return [
		{ name: 'user', state: 'note', says: uid === '0' ? 'root' : `uid ${uid ?? 'unknown'}` },
		...CAPABILITIES.map((capability) => capabilityFact(capability, effective)),
		...namespaceFacts(machine),
		...(more === null ? [] : [more]),
	];
}
