import type { ModeDecision } from '../../capture/choose-mode.ts';
import type { CaptureMode } from '../../capture/live-hooks.ts';
import type { Fact } from './report.ts';

interface Reach {
	readonly name: string;
	/** How a query sees it: a fact for each mode. */
	readonly in: Readonly<Record<CaptureMode, Omit<Fact, 'name'>>>;
}

const both = (state: Fact['state'], says: string): Reach['in'] => ({
	socket: { state, says },
	syscall: { state, says },
});

/** What live queries see, by the way in which bytes move. */
const REACH: readonly Reach[] = [
	{ name: 'TCP over IPv4, IPv6', in: both('ok', 'payload, sizes, times, owner, connections') },
	{
		name: 'io_uring',
		in: {
			socket: { state: 'ok', says: 'as other sends and receives' },
			syscall: { state: 'limited', says: 'not seen: its connections and their bytes are counted as lost' },
		},
	},
	{
		name: 'sendfile, splice',
		in: {
			socket: { state: 'ok', says: 'what is sent is seen; what splice takes out is a gap' },
			syscall: { state: 'limited', says: 'sizes only: a head that leaves so is not seen; bodies count as lost' },
		},
	},
	{
		name: 'stages',
		in: {
			socket: { state: 'ok', says: 'internal_time, remote_time, socket_time, rtt and their like' },
			syscall: { state: 'ok', says: 'the same; none of reception where a reader has closed its own direction' },
		},
	},
	{
		name: 'several threads on a socket',
		in: {
			socket: { state: 'ok', says: 'in the order of the stream' },
			syscall: { state: 'limited', says: 'calls at the same moment become gaps, and are counted' },
		},
	},
	{
		name: '32-bit programs',
		in: {
			socket: { state: 'ok', says: 'as others' },
			syscall: { state: 'limited', says: 'not seen' },
		},
	},
	{ name: 'TLS', in: both('limited', 'not decrypted') },
	{ name: 'Unix sockets, UDP', in: both('limited', 'not captured') },
];

/** What the mode means for queries. */
export const reachFacts = ({ mode }: ModeDecision): Fact[] =>
	mode === null ? [] : REACH.map(({ name, in: modes }) => ({ name, ...modes[mode] }));
