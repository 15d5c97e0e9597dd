import type { KernelNeeds } from '../../addon/diagnose.ts';

/**
 * The programs of dist/socket.bpf.o, by the tracepoint each is attached to, in the order of attaching: the end of a send
 * call before its beginning, so that no call is seen half; the process hooks before the scope is set.
 */
export const HOOKS = [
	'sched_process_fork',
	'sched_process_exec',
	'sched_process_exit',
	'tcp_destroy_sock',
	'inet_sock_set_state',
	'sock_send_length',
	'tcp_sendmsg_locked',
	'skb_copy_datagram_iovec',
] as const;

/** Payload of sendfile and splice. It sees every packet of the host, so it is attached only while whole bodies are wanted. */
export const FILL_HOOK = 'net_dev_queue';

/**
 * Stage times. They see every packet of the host, so they are attached only while a query wants stages. The name is that
 * of the tracepoint, but for the queue of the device, where FILL_HOOK may be, too.
 */
export const STAGE_HOOKS = [
	'netif_receive_skb',
	'tcp_probe',
	'sk_data_ready',
	'net_dev_queue_stage',
	'net_dev_start_xmit',
	'tcp_retransmit_skb',
] as const;

export const KERNEL_NEEDS: KernelNeeds = {
	hooks: [...HOOKS, FILL_HOOK, ...STAGE_HOOKS.filter((hook) => hook !== 'net_dev_queue_stage')],
	functions: ['bpf_dynptr_from_skb', 'bpf_probe_read_user_dynptr', 'bpf_rdonly_cast'],
};
