import type { KernelNeeds } from '../../addon/diagnose.ts';
import { STAGE_PARTS, type StagePart } from '../exchange/stage-parts.ts';
import { type CaptureDemand, RECORD_EVERYTHING } from './demand.ts';

export const CAPTURE_MODES = ['socket', 'syscall'] as const;

/** Where the bytes of a live capture are taken: at the sockets, or at the system calls of processes. */
export type CaptureMode = (typeof CAPTURE_MODES)[number];

/** A hook that a kernel may lack. */
interface Optional {
	/** The release that has it, in words. */
	readonly since: string;
	/** Another hook, which then tells the time as well as it can. */
	readonly standIn: string;
}

/** The programs of one object, by the tracepoint each is attached to. */
export interface Hooks {
	/** The file in dist/. */
	readonly object: string;
	/** In the order of attaching: the end of a call before its beginning, so that no call is seen half. */
	readonly always: readonly string[];
	/** The second ones of some, for kernels that preempt programs: bpf/processor.bpf.h. */
	readonly again: readonly string[];
	/** Payload of sendfile and splice. It sees every packet of the host, so it is attached only while payload is wanted. */
	readonly fill: string | null;
	/** Connections that carry nothing: attached while somebody asks for the table of connections. */
	readonly quiet: string;
	/** Looks for connections whose bytes go past the hooks; null: none can. */
	readonly unseen: string | null;
	/** Those of the stages that the kernel may lack. */
	readonly optional: Readonly<Record<string, Optional>>;
	/** Functions of the kernel that the programs call, kfuncs and helpers: of the helpers the newest is enough. */
	readonly functions: readonly string[];
	/** The kernel release that has all of it, in words. */
	readonly since: string;
}

/** Before all others: the process hooks before the scope is set, the end of a socket before its first sight. */
const COMMON = [
	'sched_process_fork',
	'task_rename',
	'sched_process_exit',
	'tcp_destroy_sock',
	'inet_sock_set_state',
] as const;

/** What comes with the last message of a handshake is told of by sk_data_ready alone. */
const STAGES: Readonly<Record<StagePart, readonly string[]>> = {
	received: ['netif_receive_skb', 'tcp_probe', 'sk_data_ready'],
	readable: ['sk_data_ready'],
	sent: ['net_dev_queue', 'net_dev_start_xmit'],
	resent: ['tcp_retransmit_skb'],
	rtt: [],
};

/** The hooks of these parts. */
export const stageHooks = (parts: readonly StagePart[]): readonly string[] => [
	...new Set(parts.flatMap((part) => STAGES[part])),
];

/** Behind the program of `COMMON` at the same tracepoint, which has to come first. */
const QUIET = 'inet_sock_set_state_quiet';

export const HOOKS: Readonly<Record<CaptureMode, Hooks>> = {
	socket: {
		object: 'socket.bpf.o',
		always: [...COMMON, 'sock_send_length', 'tcp_sendmsg_locked', 'skb_copy_datagram_iovec', 'tcp_rcv_space_adjust'],
		again: [
			'tcp_destroy_sock_again',
			'sock_send_length_again',
			'tcp_sendmsg_locked_again',
			'skb_copy_datagram_iovec_again',
		],
		fill: 'net_dev_queue',
		quiet: QUIET,
		unseen: null,
		optional: {},
		functions: ['bpf_dynptr_from_skb', 'bpf_probe_read_user_dynptr', 'bpf_rdonly_cast'],
		since: 'Linux 6.16 or newer',
	},
	syscall: {
		object: 'syscall.bpf.o',
		always: [...COMMON, 'sys_exit', 'sys_enter', 'tcp_rcv_space_adjust'],
		again: [],
		fill: null,
		quiet: QUIET,
		unseen: 'find_unseen',
		optional: { sk_data_ready: { since: 'Linux 6.3 or newer', standIn: 'tcp_probe' } },
		functions: ['bpf_sock_from_file', 'bpf_task_pt_regs'],
		since: 'Linux 5.15 or newer',
	},
};

/** The programs that a demand needs in a mode beside those that are always there: one is for two things. */
export function hooksFor(
	mode: CaptureMode,
	{ payloadBytes, stages, connections }: Pick<CaptureDemand, 'payloadBytes' | 'stages' | 'connections'>,
): ReadonlySet<string> {
	const { fill, quiet } = HOOKS[mode];
	return new Set([
		...(fill !== null && payloadBytes > 0 ? [fill] : []),
		...stageHooks(stages),
		...(connections ? [quiet] : []),
	]);
}

/** The same on a kernel that lacks some of them. */
export const hooksWithout = (
	missing: readonly string[],
	mode: CaptureMode,
	demand: CaptureDemand,
): ReadonlySet<string> => {
	const { optional } = HOOKS[mode];
	return new Set(
		[...hooksFor(mode, demand)].flatMap((hook) => (missing.includes(hook) ? (optional[hook]?.standIn ?? []) : hook)),
	);
};

/** The programs that no demand needs up to this one, whatever the kernel lacks. */
export const hooksBeyond = (mode: CaptureMode, most: CaptureDemand): readonly string[] => {
	const needed = new Set([...hooksFor(mode, most), ...hooksWithout(Object.keys(HOOKS[mode].optional), mode, most)]);
	return [...hooksFor(mode, RECORD_EVERYTHING)].filter((hook) => !needed.has(hook));
};

/** The programs that a demand needs in a mode, with why. */
export function probesFor(mode: CaptureMode, { payloadBytes, stages, connections }: CaptureDemand): readonly string[] {
	const hooks = HOOKS[mode];
	return [
		`always: ${hooks.always.join(' ')}`,
		...(hooks.fill !== null && payloadBytes > 0 ? [`payload that leaves by sendfile: ${hooks.fill}`] : []),
		...(connections ? [`connections that carry nothing: ${hooks.quiet}`] : []),
		...(stageHooks(stages).length > 0 ? [`stages: ${stageHooks(stages).join(' ')}`] : []),
	];
}

/** The tracepoint of a program: another one may be at the same. */
const tracepointOf = (program: string): string => program.replace(/_quiet$/, '');

/** What the object of a mode asks of the kernel. */
export function kernelNeeds(mode: CaptureMode): KernelNeeds {
	const { object, always, fill, functions, since } = HOOKS[mode];
	const optional = Object.keys(HOOKS[mode].optional);
	const stages = stageHooks(STAGE_PARTS);
	const programs = [...always, ...(fill === null ? [] : [fill]), ...stages.filter((hook) => !optional.includes(hook))];
	return { object, since, hooks: [...new Set(programs.map(tracepointOf))], optional, functions };
}
