import type { Exchange, Message, Outcome } from '../../exchange/exchange.ts';
import { type StepName, stepsOf } from '../../exchange/stage-list.ts';
import { duration } from '../units.ts';

export type End = 'client' | 'server';

/** One exchange as its ends saw it; at least one did. */
export type Ends = Readonly<Record<End, Exchange | null>>;

/** A part of the way of an exchange from the process that asks, through the kernel and the network, and back. */
export interface Leg {
	readonly end: End;
	readonly direction: 'request' | 'response';
	/** What went on. */
	readonly name: string;
	/** It went on at that end, not between the two. */
	readonly inside: boolean;
	/** It is the way between the ends, with all that went on at the other end where that was not seen. */
	readonly network: boolean;
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
	/** Of an end whose stages in the kernel were not captured only the process's calls are known. */
	readonly staged: boolean;
}

interface Place {
	readonly end: End;
	readonly direction: 'request' | 'response';
	readonly name: StepName;
}

interface Passage extends Place {
	readonly iface: string | null;
	/** ns since the start of the capture. */
	readonly time: number;
}

/** A passage behind another one. */
interface Moment extends Passage {
	/** ns since the start of the capture: when the one before it was. */
	readonly since: number;
	/** It begins the way. */
	readonly begins: boolean;
	/** Nothing was seen of its message at this end before. */
	readonly arrives: boolean;
}

const OUT = ['send', 'write', 'queue', 'transmit'] as const;
const IN = ['receive', 'tcp', 'readable', 'read', 'complete'] as const;

/** Only there when a message was sent or came in several parts. */
const isEnding = (name: StepName): boolean => name === 'write' || name === 'complete';

const places = (end: End, direction: Place['direction'], names: readonly StepName[]): Place[] =>
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

const isStaged = (exchange: Exchange | null): boolean =>
	exchange !== null && [exchange.request, exchange.response].some((message) => message?.stages !== undefined);

/** Without stages what the process did is known all the same. */
function callsOf(exchange: Exchange): Passage[] {
	const end = endOf(exchange);
	return (['request', 'response'] as const).flatMap((direction) => {
		const message = exchange[direction];
		if (message === null) return [];
		const isOut = (end === 'client') === (direction === 'request');
		const call = { end, direction, iface: null };
		const first: Passage = { ...call, name: isOut ? 'send' : 'read', time: message.firstTime };
		const last: Passage = { ...call, name: isOut ? 'write' : 'complete', time: message.lastTime };
		return last.time > first.time ? [first, last] : [first];
	});
}

function passagesOf(exchange: Exchange | null): Passage[] {
	if (exchange === null) return [];
	const steps = stepsOf(exchange);
	if (steps === null) return callsOf(exchange);
	const end = endOf(exchange);
	return steps.map(({ name, iface, direction, at }) => ({
		end,
		direction,
		name,
		iface,
		time: exchange.startTime + at,
	}));
}

/** What the sender of a message had to send again since the step before `passage`. */
const again = (direction: Place['direction'], { since, time }: Pick<Moment, 'since' | 'time'>, ends: Ends): string => {
	const sender = ends[direction === 'request' ? 'client' : 'server'];
	const count = sender?.[direction]?.stages?.resent(since, time) ?? 0;
	return count === 0 ? '' : `, ${count} ${count === 1 ? 'retransmit' : 'retransmits'}`;
};

const NAMES: Readonly<Record<StepName, (device: string) => string>> = {
	send: () => 'process works',
	write: () => 'rest of the message',
	queue: (device) => `TCP → ${device}`,
	transmit: (device) => `${device} queue`,
	receive: (device) => `arrives at ${device}`,
	tcp: (device) => `${device} → TCP`,
	readable: () => 'TCP → socket buffer',
	read: () => 'waits in socket buffer',
	complete: () => 'rest of the message',
};

/** Whether a message, behind its first byte, waited for the process at that end most of the time; null: not known. */
function waitsForProcess(message: Message | null | undefined, until: number): boolean | null {
	const ofProcess = message?.stages?.processTime ?? null;
	return message == null || ofProcess === null ? null : ofProcess >= (until - message.firstTime) / 2;
}

const SLOW_READER = 'other end reads slowly';

/** The message at the other end, where that was seen to let it lie. */
function slowlyRead(end: End, direction: Place['direction'], ends: Ends): Message | null {
	const read = ends[end === 'client' ? 'server' : 'client']?.[direction];
	return read != null && waitsForProcess(read, read.lastTime) === true ? read : null;
}

/** For whom the rest of a message waited. */
function nameOfRest({ name, end, direction, since, time }: Moment, ends: Ends): string {
	const isProcess = waitsForProcess(ends[end]?.[direction], time);
	if (isProcess === null) return NAMES[name]('');
	if (name === 'complete') return isProcess ? 'rest waits for process' : 'rest arrives';
	if (isProcess) return 'process writes the rest';
	const words = slowlyRead(end, direction, ends) ? SLOW_READER : 'send buffer full';
	return words + again(direction, { since, time }, ends);
}

/** What the process has written and what leaves later; behind the first bytes that were read the reader may hold it up. */
function nameOfLeaving(moment: Moment, device: string, ends: Ends): string {
	const { end, direction, since } = moment;
	const read = slowlyRead(end, direction, ends);
	const isHeld = read !== null && read.firstTime <= since;
	return (isHeld ? SLOW_READER : NAMES.queue(device)) + again(direction, moment, ends);
}

const isNetwork = ({ name, begins, arrives }: Moment): boolean =>
	!begins && arrives && !isEnding(name) && name !== 'queue' && name !== 'send';

/** What went on until then. */
function nameOf(moment: Moment, ends: Ends): string {
	const { name, begins, direction } = moment;
	const device = moment.iface ?? 'device';
	if (isEnding(name)) return nameOfRest(moment, ends);
	if (begins && name === 'send') return 'process sends';
	if (begins && name === 'read') return 'process reads';
	if (name === 'queue') return nameOfLeaving(moment, device, ends);
	if (!isNetwork(moment)) return NAMES[name](device);
	const network = name === 'receive' ? 'network' : 'kernel, network';
	if (ends.client !== null && ends.server !== null) return `${network}${again(direction, moment, ends)}`;
	return `${network}, server${again('request', moment, ends)}`;
}

const NO_ANSWER: Readonly<Partial<Record<Outcome, string>>> = {
	waiting: 'no answer yet',
	reset: 'no answer, then reset',
	refused: 'refused',
	closed: 'no answer, then closed',
	timeout: 'no answer, timed out',
	unknown: 'answer not captured',
};

const NO_REST: typeof NO_ANSWER = {
	waiting: 'no rest yet',
	reset: 'no rest, then reset',
	closed: 'no rest, then closed',
	timeout: 'no rest, timed out',
	unknown: 'rest not captured',
};

/** Without a whole answer the way ends where the messages came to; what followed is one long wait. */
function wait({ client, server }: Ends, last: Passage): Leg | null {
	const exchange = client ?? server;
	const { response, outcome, endTime } = exchange ?? {};
	const name = outcome && (response === null ? (NO_ANSWER[outcome] ?? 'no answer') : NO_REST[outcome]);
	if (name === undefined || endTime === undefined) return null;
	const missing = outcome === 'unknown';
	// What the server did for it later stands above: nobody waited any more.
	const gaveUp = client !== null && !missing && response === null && endTime < last.time && last.end === 'server';
	if (gaveUp) {
		const words = `gave up after ${duration(endTime - client.startTime)}`;
		return { end: 'client', direction: 'response', name: words, inside: false, network: false, took: null, missing };
	}
	const took = missing ? null : Math.max(0, endTime - last.time);
	return { end: last.end, direction: 'response', name, inside: false, network: false, took, missing };
}

/** Places that an end passed and nobody saw; where there was no message there was no place. */
const missed = (ends: Ends, seen: readonly Passage[]): Place[] =>
	WAY.filter(
		(place) =>
			!isEnding(place.name) &&
			ends[place.end]?.[place.direction]?.stages !== undefined &&
			!seen.some((one) => orderOf(one) === orderOf(place)),
	);

/** The interface that an end used, for this message where that is known. */
function deviceOf({ end, direction }: Place, seen: readonly Passage[]): string | null {
	const own = seen.filter((one) => one.end === end && one.iface !== null);
	return (own.find((one) => one.direction === direction) ?? own[0])?.iface ?? null;
}

/** The way of an exchange, in order of time, as far as it was captured; null of one that has no messages. */
export function wayOf(ends: Ends): Way | null {
	const seen = [...passagesOf(ends.client), ...passagesOf(ends.server)].sort(
		(a, b) => a.time - b.time || orderOf(a) - orderOf(b),
	);
	const [first] = seen;
	const last = seen.at(-1);
	if (first === undefined || last === undefined) return null;
	const legs = seen.map((passage, at): Leg & { readonly order: number } => {
		const { end, direction, name, time } = passage;
		const begins = at === 0;
		const since = begins ? time : seen[at - 1].time;
		const arrives = !seen.slice(0, at).some((one) => one.end === end && one.direction === direction);
		const moment = { ...passage, iface: deviceOf(passage, seen), since, begins, arrives };
		return {
			end,
			direction,
			name: nameOf(moment, ends),
			inside: !arrives || name === 'send',
			network: isNetwork(moment),
			took: begins ? null : time - since,
			missing: false,
			order: orderOf(passage),
		};
	});
	for (const place of missed(ends, seen)) {
		const order = orderOf(place);
		const at = legs.findIndex((leg) => leg.order > order);
		const name = NAMES[place.name](deviceOf(place, seen) ?? 'device');
		const leg = { ...place, name, inside: true, network: false, took: null, missing: true, order };
		legs.splice(at === -1 ? legs.length : at, 0, leg);
	}
	const end = wait(ends, last);
	const all = end === null ? legs : [...legs, end];
	const timed = all.filter(({ took }) => took !== null);
	const largest = timed.reduce<Leg | null>((most, leg) => ((leg.took ?? 0) > (most?.took ?? 0) ? leg : most), null);
	const staged = [ends.client, ends.server].every((one) => one === null || isStaged(one));
	return { legs: all, total: last.time - first.time + (end?.took ?? 0), largest, staged };
}
