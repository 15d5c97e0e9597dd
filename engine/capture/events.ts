/**
 * Offsets of the capture event, the binary record of bpf/events.h: there is the meaning of each field, here only where
 * it stands. Records are read in place; nothing is decoded that nobody asks for.
 */
export const EventType = {
	open: 1,
	data: 2,
	state: 3,
	close: 4,
	retransmit: 5,
	process: 6,
	exe: 7,
	exit: 8,
	lost: 9,
	tick: 10,
	clock: 11,
	end: 12,
	listen: 13,
	stage: 14,
	interface: 15,
	counts: 16,
	check: 17,
} as const;

export const CheckFlag = { last: 1 } as const;

export const ExeFlag = { names: 1, unlinked: 2 } as const;

export const DataFlag = { in: 1, elsewhere: 2, fill: 4, cut: 8, noFill: 16 } as const;

/** Bits of a `stageMask`: what stands behind the struct, one u64 each, lowest bit first. */
export const StageBit = {
	queued: 0,
	queuedEnd: 1,
	sent: 2,
	sentEnd: 3,
	received: 4,
	tcp: 5,
	readable: 6,
	interface: 7,
	rtt: 8,
} as const;

/** Bit of the number of a process that has none in the pid namespace of who captured. */
export const OUTSIDE = 0x8000_0000;

export const Role = { unknown: 0, client: 1, server: 2 } as const;

/** Every record begins with these. */
export const Header = { size: 0, type: 4, flags: 5, time: 8, cookie: 16, bytes: 24 } as const;

export const Open = {
	tgid: 24,
	netns: 28,
	localAddr: 32,
	remoteAddr: 48,
	localPort: 64,
	remotePort: 66,
	family: 68,
	role: 69,
	state: 70,
	transport: 71,
	openedAt: 72,
	establishedAt: 80,
	inPos: 88,
	outPos: 96,
	/** Here end the records of older recordings. */
	inBefore: 104,
	outBefore: 112,
	bytes: 120,
} as const;

export const Data = {
	pos: 24,
	len: 32,
	captured: 36,
	start: 40,
	tgid: 48,
	stageMask: 52,
	bytes: 56,
} as const;

export const StateFlag = { letGo: 1 } as const;
export const State = { oldState: 24, newState: 25, error: 26, inEnd: 32, outEnd: 40, bytes: 48 } as const;
/** Without the counts end the records of older recordings. */
export const Close = { error: 24, counts: 32, inRead: 48, bytes: 56 } as const;
export const Counts = { counts: 24, bytes: 40 } as const;
/** In those two. */
export const TcpCounts = { rtt: 0, retransmits: 8, bytes: 16 } as const;
export const Retransmit = { pos: 24, len: 32, bytes: 40 } as const;
export const Process = { tgid: 24, parent: 28, started: 32, comm: 40, exe: 56, bytes: 120 } as const;
export const Exe = { tgid: 24, len: 28, started: 32, bytes: 40 } as const;
export const Exit = { tgid: 24, started: 32, bytes: 40 } as const;
export const Lost = {
	ringFull: 24,
	ringFullBytes: 32,
	helperFailed: 40,
	contended: 48,
	/** Here end the records of older recordings. */
	unseen: 56,
	unseenBytes: 64,
	/** And here, of later ones. */
	mptcp: 72,
	mptcpBytes: 80,
	bytes: 88,
} as const;
export const Clock = { offset: 24, bytes: 32 } as const;
export const Listen = { addr: 24, netns: 40, port: 44, family: 46, bytes: 48 } as const;
export const Stage = { pos: 24, len: 32, stageMask: 36, bytes: 40 } as const;
export const Check = { offset: 24, len: 32, crc: 36, bytes: 40 } as const;
export const Interface = { netns: 24, index: 28, name: 32, bytes: 48 } as const;

/** Sizes of records are rounded up to it. */
export const ALIGNMENT = 8;

/** No record is larger: a reader that meets a larger size has lost its place. */
export const MAX_EVENT_BYTES = 1 << 20;

/**
 * Of what an end says before the other answers, what a query about heads needs: the most that common servers accept as
 * a request head (Node 16 KiB, nginx and Apache 8 KiB a line), and one record of the ring.
 */
export const HEAD_BYTES = 16_384;
