import { missingFromKernel } from '../../../addon/diagnose.ts';
import type { ModeDecision } from '../../capture/choose-mode.ts';
import { CAPTURE_MODES, HOOKS, kernelNeeds } from '../../capture/live-hooks.ts';
import type { Machine } from './machine.ts';
import type { Fact } from './report.ts';

/** What each tracepoint and each function of the kernel is there for. */
const PURPOSES: Readonly<Record<string, string>> = {
	sched_process_fork: 'what a process in scope starts',
	task_rename: 'new names of processes',
	sched_process_exit: 'ends of processes',
	inet_sock_set_state: 'beginning and end of connections, roles, errors',
	tcp_destroy_sock: 'ends of sockets',
	tcp_sendmsg_locked: 'bytes that are sent, where they are in the stream',
	sock_send_length: 'how many bytes a send has taken',
	skb_copy_datagram_iovec: 'bytes that are received',
	tcp_rcv_space_adjust: 'reads whose bytes no other hook sees',
	net_dev_queue: 'bytes of sendfile; stage: queue of the device',
	net_dev_start_xmit: 'stage: driver of the device',
	netif_receive_skb: 'stage: reception at the device',
	tcp_probe: 'stage: reception at TCP',
	sk_data_ready: 'stage: the process is told',
	tcp_retransmit_skb: 'retransmissions',
	sys_enter: 'when a system call begins to send',
	sys_exit: 'bytes that system calls have sent and received',
	bpf_dynptr_from_skb: 'reads the bytes of packets',
	bpf_probe_read_user_dynptr: 'copies bytes of processes into records of any size',
	bpf_rdonly_cast: 'reads TCP sockets that packets name',
	bpf_sock_from_file: 'finds the socket behind a descriptor',
	bpf_task_pt_regs: 'tells which system call a process is in',
};

/** One for each hook: which mode it is for, whether this kernel has it, and what it tells. */
export function hookFacts({ btf }: Machine, { mode: chosen, lacks }: ModeDecision): Fact[] {
	if (btf === null) return [];
	// The last mode that was looked at asks for least.
	const stops = chosen === null ? ([...lacks.values()].at(-1) ?? []) : [];
	const modes = new Map<string, string[]>();
	const missing = new Set<string>();
	const since = new Map<string, string>();
	for (const mode of CAPTURE_MODES) {
		const needs = kernelNeeds(mode);
		const hooks = [...needs.hooks, ...needs.optional];
		for (const name of missingFromKernel(btf, { ...needs, hooks })) missing.add(name);
		for (const name of [...hooks, ...needs.functions]) {
			modes.set(name, [...(modes.get(name) ?? []), mode]);
			const alone = HOOKS[mode].optional[name]?.since;
			// The first mode asks for more: its kernel surely has it.
			if (alone !== undefined || !since.has(name)) since.set(name, alone ?? needs.since);
		}
	}
	return [...modes].map(([name, of]): Fact => {
		const purpose = PURPOSES[name] ?? '';
		const says = of.length === CAPTURE_MODES.length ? purpose : `${purpose} (mode ${of.join()})`;
		if (!missing.has(name)) return { name, state: 'ok', says };
		const mend = `${since.get(name)} has it`;
		return { name, state: stops.includes(name) ? 'missing' : 'limited', says: `not in this kernel: ${says}`, mend };
	});
}
