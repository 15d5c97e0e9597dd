import type { Exchange, Outcome } from '../../exchange/exchange.ts';
import { type Step, stepsOf } from '../../exchange/stage-list.ts';

export type End = 'client' | 'server';

/** One exchange as its ends saw it; at least one did. */
export type Ends = Readonly<Record<End, Exchange | null>>;

/** A part of the way of an exchange from the process that asks, through the kernel and the network, and back. */
export interface Leg {
	readonly end: End;
	readonly direction: 'request' | 'response';
	/** What went on. */
	readonly name: string;
	/** ns; null for what begins the way, and for what nobody saw. */
	readonly took: number | null;
	readonly missing: boolean;
}

export interface Way {
	readonly legs: readonly Leg[];
	/** ns from the first step to the last. */
	readonly total: number;
	/** Where most of the time went; null where no time was taken. */
	readonly largest: Leg | null;
}

interface Place {
	readonly end: End;
	readonly direction: 'request' | 'response';
	readonly name: Step['name'];
}

interface Passage extends Place {
	readonly iface: string | null;
	/** ns since the start of the capture. */
	readonly time: number;
}

const OUT = ['send', 'queue', 'transmit'] as const;
/** `complete` is only there when a message came in several parts. */
const IN = ['receive', 'tcp', 'readable', 'read', 'complete'] as const;

const places = (end: End, direction: Place['direction'], names: readonly Step['name'][]): Place[] =>
	names.map((name) => ({ end, direction, name }));

const WAY: readonly Place[] = [
	...places('client', 'request', OUT),
	...places('server', 'request', IN),
	...places('server', 'response', OUT),
	...places('client', 'response', IN),
];

const orderOf = (place: Place): number =>
	WAY.findIndex(
		({ end, direction, name }) => end === place.end && direction === place.direction && name === place.name,
	);

/** Whose end an exchange shows; where its role is not known, the end that sent the request is the client's. */
export const endOf = ({ endpoint, request, response }: Exchange): End =>
	endpoint.side ?? (request?.stages?.direction === 'out' || response?.stages?.direction === 'in' ? 'client' : 'server');

const passagesOf = (exchange: Exchange | null): readonly Passage[] =>
	exchange === null
		? []
		: (stepsOf(exchange) ?? []).map(({ name, iface, direction, at }) => ({
				end: endOf(exchange),
				direction,
				name,
				iface,
				time: exchange.startTime + at,
			}));

/** What the sender of a message had to send again. */
const again = (place: Place, ends: Ends): string => {
	const sender = ends[place.direction === 'request' ? 'client' : 'server'];
	const count = sender?.[place.direction]?.stages?.retransmits ?? 0;
	return count === 0 ? '' : `, ${count} ${count === 1 ? 'retransmit' : 'retransmits'}`;
};

/** What went on until a place was reached. */
function nameOf(place: Place & { readonly iface: string | null }, ends: Ends, first: boolean): string {
	const device = place.iface ?? 'device';
	switch (place.name) {
		case 'send':
			return place.direction === 'request' ? 'process sends' : 'process works';
		case 'queue':
			return `TCP → ${device}`;
		case 'transmit':
			return `${device} queue`;
		case 'receive':
			if (first) return `arrives at ${device}`;
			if (ends.client !== null && ends.server !== null) return `network${again(place, ends)}`;
			return `network and server${again({ ...place, direction: 'request' }, ends)}`;
		case 'tcp':
			return `${device} → TCP`;
		case 'readable':
			return 'TCP → socket buffer';
		case 'read':
			return 'waits in socket buffer';
		case 'complete':
			return 'rest of the message';
	}
}

const NO_ANSWER: Readonly<Partial<Record<Outcome, string>>> = {
	waiting: 'no answer yet',
	reset: 'no answer, then reset',
	refused: 'refused',
	closed: 'no answer, then closed',
	timeout: 'no answer, timed out',
	unknown: 'answer not captured',
};

/** Without an answer the way ends where the request came to; what followed is one long wait. */
function wait({ client, server }: Ends, last: Passage): Leg | null {
	const exchange = client ?? server;
	if (exchange === null || exchange.response !== null) return null;
	const known = exchange.outcome !== 'unknown';
	return {
		end: last.end,
		direction: 'response',
		name: NO_ANSWER[exchange.outcome] ?? 'no answer',
		took: known ? Math.max(0, exchange.endTime - last.time) : null,
		missing: !known,
	};
}

/** Places that an end passed and nobody saw; where there was no message there was no place. */
const missed = (ends: Ends, seen: readonly Passage[]): Place[] =>
	WAY.filter(
		(place) =>
			place.name !== 'complete' &&
			ends[place.end]?.[place.direction]?.stages !== undefined &&
			!seen.some((one) => orderOf(one) === orderOf(place)),
	);

/** The interface that an end used, for this message where that is known. */
function deviceOf({ end, direction }: Place, seen: readonly Passage[]): string | null {
	const own = seen.filter((one) => one.end === end && one.iface !== null);
	return (own.find((one) => one.direction === direction) ?? own[0])?.iface ?? null;
}

/** The way of an exchange, in order of time; null where no stages were captured. */
export function wayOf(ends: Ends): Way | null {
	const seen = [...passagesOf(ends.client), ...passagesOf(ends.server)].sort(
		(a, b) => a.time - b.time || orderOf(a) - orderOf(b),
	);
	const [first] = seen;
	const last = seen.at(-1);
	if (first === undefined || last === undefined) return null;
	const legs = seen.map((passage, at): Leg & { readonly order: number } => ({
		end: passage.end,
		direction: passage.direction,
		name: nameOf({ ...passage, iface: deviceOf(passage, seen) }, ends, at === 0),
		took: at === 0 ? null : passage.time - seen[at - 1].time,
		missing: false,
		order: orderOf(passage),
	}));
	for (const place of missed(ends, seen)) {
		const order = orderOf(place);
		const at = legs.findIndex((leg) => leg.order > order);
		const name = nameOf({ ...place, iface: deviceOf(place, seen) }, ends, false);
		const leg = { ...place, name, took: null, missing: true, order };
		legs.splice(at === -1 ? legs.length : at, 0, leg);
	}
	const end = wait(ends, last);
	const all = end === null ? legs : [...legs, end];
	const timed = all.filter(({ took }) => took !== null);
	const largest = timed.reduce<Leg | null>((most, leg) => ((leg.took ?? 0) > (most?.took ?? 0) ? leg : most), null);
	return { legs: all, total: last.time - first.time + (end?.took ?? 0), largest };
}
