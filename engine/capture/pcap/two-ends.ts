import { NS_PER_SECOND } from '../../nanoseconds.ts';
import { type Segment, TcpFlag } from './segment.ts';

/** More would tell the same. */
const MAX_CONNECTIONS = 1000;
/** Of each connection. */
const MAX_SEGMENTS = 32;
/** So many are looked at one by one, where else header prediction would take them. */
const MAX_LOOKS = 20_000;
/** Two interfaces of one host are less apart. */
const MIN_WAY_NS = 100_000;

/** Above all lengths of segments, and a bit for the direction. */
const LENGTHS = 2 ** 17;

interface Seen {
	readonly file: number;
	readonly time: number;
}

interface Connection {
	/** The hash of its end. */
	readonly client: number;
	/** By sequence number, length and direction. */
	readonly seen: Map<number, Seen>;
	/** Of so many powers of two segments one is kept: the other capture may have begun, or may come, much later. */
	level: number;
	/** The files that have both its segments, and how much later the second has those of either direction, ns. */
	files: readonly [number, number] | null;
	readonly toServer: number[];
	readonly toClient: number[];
}

/** Two captures with a way between them. */
export interface TwoEnds {
	/** Numbers of their files: the one nearer to the clients, and the other. */
	readonly client: number;
	readonly server: number;
	/** There and back, ns. */
	readonly way: number;
	/** How far their clocks are apart, ns, where the way back takes as long as that there. */
	readonly clocks: number;
}

/**
 * Finds captures that were taken at both ends of a way. By how much their stamps of the same segments differ in one direction, and
 * in the other one, tells how long it is: what their clocks differ by is in both.
 */
export class TwoEndsFinder {
	readonly #connections = new Map<number, Connection>();
	#looks = 0;

	/** It has not seen enough yet to leave some out. */
	get wantsAll(): boolean {
		return this.#looks < MAX_LOOKS;
	}

	take(segment: Segment, addresses: ArrayLike<number>, file: number): void {
		const { sourcePort, destinationPort, seq, flags, length, time } = segment;
		this.#looks++;
		const isOpening = (flags & TcpFlag.syn) !== 0;
		// A bare acknowledgement may be sent twice with the same numbers.
		if (length === 0 && !isOpening) return;
		const [source, destination] = [hashOf(addresses, 0, sourcePort), hashOf(addresses, 4, destinationPort)];
		// Without the handshake: servers have the smaller port.
		const isFromClient = isOpening ? (flags & TcpFlag.ack) === 0 : sourcePort >= destinationPort;
		const connection = this.#connectionOf(source + destination, isFromClient ? source : destination);
		if (connection === null) return;
		const isToServer = source === connection.client;
		const key = seq * LENGTHS + length * 2 + (isToServer ? 1 : 0);
		const { seen } = connection;
		const other = seen.get(key);
		if (other === undefined) keep(connection, key, { file, time });
		else if (other.file !== file) compare(connection, other, { file, time }, isToServer);
	}

	#connectionOf(key: number, client: number): Connection | null {
		const known = this.#connections.get(key);
		if (known !== undefined) return known;
		if (this.#connections.size === MAX_CONNECTIONS) return null;
		const added: Connection = { client, seen: new Map(), level: 0, files: null, toServer: [], toClient: [] };
		this.#connections.set(key, added);
		return added;
	}

	/** By most of the connections that two captures have in common; null: nothing tells of a way. */
	get found(): TwoEnds | null {
		const all = [...this.#connections.values()].flatMap(({ files, toServer, toClient }) => {
			if (files === null || toServer.length === 0 || toClient.length === 0) return [];
			const [there, back] = [middleOf(toServer), middleOf(toClient)];
			return { files, way: there - back, clocks: (there + back) / 2 };
		});
		const middle = all.sort((a, b) => Math.abs(a.way) - Math.abs(b.way))[all.length >> 1];
		if (middle === undefined || Math.abs(middle.way) < MIN_WAY_NS) return null;
		const [first, second] = middle.files;
		const [client, server] = middle.way > 0 ? [first, second] : [second, first];
		return { client, server, way: Math.abs(middle.way), clocks: Math.abs(middle.clocks) };
	}
}

/** By a hash of its sequence number, so that both captures choose the same. */
const isChosen = (key: number, level: number): boolean =>
	level === 0 || Math.imul(Math.floor(key / LENGTHS), 0x9e3779b1) >>> (32 - level) === 0;

const keep = (connection: Connection, key: number, one: Seen): void => {
	const { seen } = connection;
	if (!isChosen(key, connection.level)) return;
	seen.set(key, one);
	while (seen.size > MAX_SEGMENTS && connection.level < 32) {
		connection.level++;
		for (const known of seen.keys()) if (!isChosen(known, connection.level)) seen.delete(known);
	}
	if (seen.size > MAX_SEGMENTS) seen.delete(key);
};

const middleOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const compare = (connection: Connection, one: Seen, other: Seen, isToServer: boolean): void => {
	const [first, second] = one.file < other.file ? [one, other] : [other, one];
	connection.files ??= [first.file, second.file];
	const isSame = connection.files[0] === first.file && connection.files[1] === second.file;
	const delays = isToServer ? connection.toServer : connection.toClient;
	if (isSame && delays.length < MAX_SEGMENTS) delays.push(second.time - first.time);
};

/** Of an end, whose address begins at `from`. */
const hashOf = (addresses: ArrayLike<number>, from: number, port: number): number => {
	let hash = port;
	for (let word = from; word < from + 4; word++) hash = Math.imul(hash ^ (addresses[word] ?? 0), 0x01000193);
	return hash >>> 0;
};

/** What to tell of it, and the query that tells both. */
export const twoEndsNotice = ({ client, server, way, clocks }: TwoEnds, paths: readonly string[]): string => {
	// Of more files nobody knows which were taken at the same place.
	const [near, far] = paths.length === 2 ? [paths[client], paths[server]] : ['client*.pcap', 'server*.pcap'];
	const within = clocks < NS_PER_SECOND ? 5 : Math.ceil(clocks / NS_PER_SECOND) + 5;
	return [
		`these captures were taken at both ends of a way of some ${Number((way / 1e6).toPrecision(2))}ms there and back. Of each packet the earlier stamp counts,`,
		'so that a latency here is neither that of the client nor that of the server. Both, and the share of the network:',
		`from ${JSON.stringify(near)} | join { from ${JSON.stringify(far)} } as srv on id within ${within}s`,
		'| select ts, latency, server = srv.latency, network = latency - srv.latency',
	].join(' ');
};
