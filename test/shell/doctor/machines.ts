import { CAPTURE_MODES, kernelNeeds } from '../../../engine/capture/live-hooks.ts';
import type { Machine } from '../../../engine/shell/doctor/machine.ts';

/** The type information of a kernel with these hooks and functions. */
const btfWith = (hooks: readonly string[], functions: readonly string[]): Buffer =>
	Buffer.from(`\0${[...hooks.map((hook) => `btf_trace_${hook}`), ...functions].join('\0')}\0`);

const allNeeds = CAPTURE_MODES.map(kernelNeeds);

const NEW_BTF = btfWith(
	allNeeds.flatMap(({ hooks }) => hooks),
	allNeeds.flatMap(({ functions }) => functions),
);
const OLD_HOOKS = allNeeds
	.flatMap(({ hooks }) => hooks)
	.filter((hook) => !['tcp_sendmsg_locked', 'sock_send_length', 'sk_data_ready'].includes(hook));
/** Linux 6.1, by these: no hook at sends, none of the functions of the socket layer. */
export const OLD_BTF = btfWith(OLD_HOOKS, ['bpf_sock_from_file', 'bpf_task_pt_regs']);
/** Linux 5.10: has the same hooks, but nothing of 2021. */
export const TOO_OLD_BTF = btfWith(OLD_HOOKS, []);

const ALL_CAPABILITIES = '000001ffffffffff';

/** A machine as its files tell; what is not said is a new Linux, root, with everything built. */
export function machine({
	capabilities = ALL_CAPABILITIES,
	uid = 0,
	release = '6.18.0',
	files = {},
	links = {},
	built = ['addon.node', 'socket.bpf.o', 'syscall.bpf.o'],
	...rest
}: Partial<Machine> & {
	capabilities?: string;
	release?: string;
	uid?: number;
	files?: Readonly<Record<string, string>>;
	links?: Readonly<Record<string, string>>;
	built?: readonly string[];
} = {}): Machine {
	const texts: Readonly<Record<string, string>> = {
		'/proc/self/status': `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${capabilities}\n`,
		'/proc/self/limits': 'Max locked memory         8388608              8388608              bytes     \n',
		'/proc/sys/kernel/osrelease': `${release}\n`,
		'/proc/sys/kernel/unprivileged_bpf_disabled': '2\n',
		'/proc/sys/kernel/perf_event_paranoid': '2\n',
		'/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
		...files,
	};
	const targets: Readonly<Record<string, string>> = {
		'/proc/self/ns/user': 'user:[4026531837]',
		'/proc/self/ns/pid': 'pid:[4026531836]',
		...links,
	};
	return {
		platform: 'linux',
		arch: 'x64',
		btf: NEW_BTF,
		read: (path) => texts[path] ?? null,
		link: (path) => targets[path] ?? null,
		isBuilt: (file) => built.includes(file),
		clangVersion: () => 'clang version 14.0.6',
		tryPrograms: () => null,
		...rest,
	};
}
