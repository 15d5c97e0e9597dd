/** Offsets of bpf/control.h: what is shared with the running BPF programs. There is the meaning of each field. */
export const Control = {
	ringFull: 0,
	ringFullBytes: 8,
	helperFailed: 16,
	contended: 24,
	unseen: 32,
	unseenBytes: 40,
	mptcp: 48,
	mptcpBytes: 56,
	sockets: 64,
	budget: 72,
	wakeAt: 80,
	fill: 84,
	generation: 88,
	bank: 92,
	stages: 96,
	filling: 100,
	scopes: 104,
	pidLevel: 108,
	pidNamespace: 112,
	ports: 120,
	scope: 128,
	bytes: 240,
} as const;

/** A release as KERNEL_VERSION() has it. */
export const PREEMPTING_KERNEL = 0x061300;

/** Bits of `stages`. */
export const StagesWanted = { in: 1, out: 2, queue: 4, ready: 8 } as const;

export const Scope = { clauses: 0, inherit: 4, free: 8, side: 40, bytes: 56 } as const;

export const PortBoundsAt = { localFrom: 0, localTo: 2, remoteFrom: 4, remoteTo: 6, bytes: 8 } as const;

/** In the order of `enum ciq_dimension`. */
export const DIMENSIONS = ['pid', 'comm', 'localPort', 'remotePort', 'localNet', 'remoteNet', 'side', 'netns'] as const;

export type Dimension = (typeof DIMENSIONS)[number];

export const End = { local: 0, remote: 1 } as const;

export const IdKey = { bank: 0, id: 4, bytes: 8 } as const;
export const NameKey = { bank: 0, name: 4, nameBytes: 64, bytes: 68 } as const;
/** The prefix of a trie's key begins with the bank and the end. */
export const PortKey = { prefixBits: 0, bank: 4, end: 5, port: 6, bytes: 8 } as const;
export const NetKey = { prefixBits: 0, bank: 4, end: 5, addr: 6, bytes: 24 } as const;
export const LEADING_BITS = 16;
