import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { MessageStages, NO_TIMES, type StageTimes } from '../../../engine/exchange/stages.ts';
import { exchange, MS, type Told } from '../../support/exchanges.ts';

const NOTHING: StageTimes = { ...NO_TIMES, interface: 2, rtt: 51_000 };

export interface Passed extends Partial<StageTimes> {
	readonly direction: 'in' | 'out';
	readonly iface: string;
	readonly retransmits?: number;
}

/** Gives a message its way through the kernel; times in ms. */
export function pass(one: Exchange, message: 'request' | 'response', passed: Passed): void {
	const { direction, iface, retransmits = 0, ...times } = passed;
	const passing = one[message];
	if (passing === null) throw new Error(`no ${message}`);
	const inNs = Object.entries(times).map(([name, time]) => [name, (time ?? 0) * MS]);
	const { pos, size, firstTime: time } = passing;
	const range = { pos, end: pos + size, time };
	// After 200 ms without an acknowledgement (TCP_RTO_MIN, include/net/tcp.h).
	const again = { ...range, time: time + 200 * MS, kind: 'retransmit' as const, times: null, iface: null };
	passing.stages = new MessageStages(direction, pos, pos + size, [
		{ ...range, kind: 'call', times: { ...NOTHING, ...Object.fromEntries(inNs) }, iface },
		...Array.from({ length: retransmits }, () => again),
	]);
}

/** The response passes in as many calls as there are times, each with a part of its bytes; times in ms. */
export function passInParts(
	one: Exchange,
	times: readonly number[],
	stagesOf: (at: number) => Partial<StageTimes>,
): void {
	const { response } = one;
	if (response?.stages === undefined) throw new Error('no response that has passed');
	const { direction, iface } = response.stages;
	const size = response.size / times.length;
	const ranges = times.map((at, i) => {
		const { queued, sent, ...known } = Object.fromEntries(
			Object.entries(stagesOf(at)).map(([name, time]) => [name, (time ?? 0) * MS]),
		);
		const ends = { queued, queuedEnd: queued, sent, sentEnd: sent };
		const pos = response.pos + i * size;
		const all = { ...NOTHING, ...known, ...(queued !== undefined && ends) };
		return { pos, end: pos + size, kind: 'call' as const, time: at * MS, times: all, iface };
	});
	response.firstTime = times[0] * MS;
	response.lastTime = (times.at(-1) ?? 0) * MS;
	response.stages = new MessageStages(direction, response.pos, response.pos + response.size, ranges);
}

const CLIENT = {
	side: 'client',
	localIp: '192.0.2.1',
	localPort: 40_000,
	remoteIp: '192.0.2.2',
	remotePort: 80,
} as const;
const SERVER = {
	side: 'server',
	localIp: '192.0.2.2',
	localPort: 80,
	remoteIp: '192.0.2.1',
	remotePort: 40_000,
} as const;

const SEARCH: Told = {
	target: '/api/search?q=teapot',
	headers: 'User-Agent: curl/8.5.0\r\n',
	body: '{"query":"teapot",\n "items":[]}',
	requestSize: 73,
	responseSize: 49,
};

/** A search as the client saw it: sent at 100 ms, answered at 400 ms, waiting for its reader until 405 ms. */
export function clientOf(told: Told = {}): Exchange {
	const one = exchange({ ...SEARCH, at: 100 * MS, latency: 305 * MS, comm: 'curl', endpoint: CLIENT, ...told });
	pass(one, 'request', {
		direction: 'out',
		iface: 'eth0',
		queued: 100.02,
		queuedEnd: 100.02,
		sent: 100.03,
		sentEnd: 100.03,
	});
	if (one.response !== null)
		pass(one, 'response', { direction: 'in', iface: 'eth0', received: 400, tcp: 400.01, readable: 400.02 });
	return one;
}

/** The same as its server saw it. */
export function serverOf(told: Told = {}): Exchange {
	const one = exchange({
		...SEARCH,
		at: 120 * MS,
		latency: 279 * MS,
		comm: 'shop',
		pid: 77,
		endpoint: SERVER,
		...told,
	});
	pass(one, 'request', { direction: 'in', iface: 'ens160f0np0', received: 100.1, tcp: 100.12, readable: 100.13 });
	if (one.response !== null)
		pass(one, 'response', {
			direction: 'out',
			iface: 'ens160f0np0',
			queued: 399.1,
			queuedEnd: 399.1,
			sent: 399.6,
			sentEnd: 399.6,
		});
	return one;
}
