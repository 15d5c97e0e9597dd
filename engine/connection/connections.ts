import { AgedMap } from '../aged-map.ts';
import { WHOLE } from '../capture/demand.ts';
import { Role } from '../capture/events.ts';
import type { Completeness } from '../completeness.ts';
import type { ConnectionView } from '../exchange/connection-columns.ts';
import type { Endpoint, Exchange, Process } from '../exchange/exchange.ts';
import { NumberMap } from '../number-map.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { unknown } from '../protocols/unknown/module.ts';
import { Waiting } from '../waiting.ts';
import type { Capture } from './capture.ts';
import { Connection } from './connection.ts';
import { Facts, type FirstFacts } from './facts.ts';
import { PATIENCE_NS } from './patience.ts';
import { socketError } from './socket-error.ts';
import { ConnectionNames, hash48 } from './tuple.ts';

/** Sockets of one host that talk at once; the oldest is given up for one more. */
const MAX_CONNECTIONS = 65_536;

/** Of include/net/tcp_states.h. */
const ESTABLISHED = 1;

/** States after the peer's FIN, or without a connection (include/net/tcp_states.h): the end of what is received is known. */
const IN_ENDED = new Set([6, 7, 8, 9, 11]); // TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, CLOSING
/** States after the own FIN. */
const OUT_ENDED = new Set([4, 5, 6, 7, 9, 11]); // FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, LAST_ACK, CLOSING

export interface ConnectionsOptions {
	/** Protocols that are wanted, by name; null is all. */
	readonly protocols: readonly string[] | null;
	/** Body bytes of each message to keep. */
	readonly bodyBytes: number;
	/** As of CaptureDemand: names of the fields that are read. */
	readonly fields?: readonly string[] | undefined;
	readonly completeness: Completeness;
	/** Name of an address; absent: nobody knows. */
	readonly nameOf?: ((ip: string) => string | null) | undefined;
	readonly process: (tgid: number) => Process | null;
	readonly emit: (exchange: Exchange) => void;
	/** A connection was opened, or is closed. */
	readonly onConnection?: (view: ConnectionView) => void;
}

/** One end of a connection as it is first seen. Times are ns since the start of the capture; null: not seen. */
export interface NewConnection {
	readonly localIp: string;
	readonly localPort: number;
	readonly remoteIp: string;
	readonly remotePort: number;
	readonly netns: number;
	/** Of `Role`. */
	readonly role: number;
	/** IP protocol number; only UDP is told apart from TCP. */
	readonly transport: number;
	readonly openedAt: number | null;
	readonly establishedAt: number | null;
	readonly inPos: number;
	readonly outPos: number;
	/** Beyond what every source knows; absent: nothing. */
	readonly facts?: Omit<FirstFacts, 'openedAt' | 'established'>;
}

const oppositeSide = (side: Endpoint['side']): Endpoint['side'] =>
	side === null ? null : side === 'server' ? 'client' : 'server';

/** What a socket that listens on all addresses has as its own; that of IPv6 takes IPv4 too. */
const ALL_ADDRESSES = ['0.0.0.0', '::'] as const;

const isLoopback = (ip: string): boolean => ip === '::1' || ip.startsWith('127.');

/** IP protocol number (IANA). */
const UDP = 17;

/** Flows of datagrams have no state that a table of connections could show. */
const isTcp = ({ endpoint }: Connection): boolean => endpoint.transport !== 'udp';

/** What is known of a connection that nobody has told more of. */
const NO_FACTS: NonNullable<NewConnection['facts']> = { tgid: 0, state: 0, error: 0, inBefore: 0, outBefore: 0 };

/** The connections of a capture, by their cookies, and its clock. */
export class Connections {
	readonly #connections = new AgedMap<number, Connection>(new NumberMap());
	readonly #completeness: Completeness;
	readonly #nameOf: ConnectionsOptions['nameOf'];
	readonly #onConnection: ((view: ConnectionView) => void) | undefined;
	readonly #capture: Capture & { now: number };
	readonly #names = new ConnectionNames();
	/** The end of each connection that was opened last, by the hash of the name that both ends have. */
	readonly #ends = new NumberMap<Connection>();
	/** `netns ip port` of listening sockets. */
	readonly #listeners = new Set<string>();
	readonly #waiting = new Waiting(PATIENCE_NS);

	constructor(options: ConnectionsOptions) {
		const { protocols, bodyBytes, fields, completeness, nameOf, process, emit, onConnection } = options;
		this.#nameOf = nameOf;
		this.#onConnection = onConnection;
		this.#completeness = completeness;
		const isWanted = (name: string): boolean => protocols?.includes(name) ?? true;
		const takesUnknown = isWanted(unknown.name);
		this.#capture = {
			// What is of no protocol is known when all of them were asked.
			protocols: takesUnknown ? PROTOCOLS : PROTOCOLS.filter(({ name }) => isWanted(name)),
			unknown: takesUnknown,
			isRead: isWanted,
			bodyBytes,
			fields,
			peers: fields?.some((name) => name === 'remote_comm' || name === WHOLE) ?? true,
			completeness,
			now: Number.NEGATIVE_INFINITY,
			process,
			emit: takesUnknown && protocols !== null ? (exchange) => isWanted(exchange.protocol) && emit(exchange) : emit,
			wait: (who, giveUp) => this.#waiting.add(who, this.#capture.now, giveUp),
			progress: (who) => this.#waiting.delete(who),
		};
	}

	/** Event time has come to `time`. */
	reach(time: number): void {
		if (time > this.#capture.now) this.#capture.now = time;
		this.#waiting.expire(this.#capture.now);
	}

	/** What no protocol recognises is wanted as well. */
	get takesUnknown(): boolean {
		return this.#capture.unknown;
	}

	listens(netns: number, ip: string, port: number): void {
		this.#listeners.add(`${netns} ${ip} ${port}`);
	}

	get(cookie: number): Connection | undefined {
		return this.#connections.get(cookie);
	}

	/**
	 * The one that bytes belong to, which a process with that thread group id sent or received; undefined, and they are
	 * counted, when they are of no use.
	 */
	taking(cookie: number, isIn: boolean, bytes: number, tgid: number): Connection | undefined {
		const connection = this.#connections.get(cookie);
		connection?.facts.moved(isIn, bytes, tgid);
		if (connection === undefined) this.#completeness.unparsedBytes += bytes;
		else if (!connection.ignored) return connection;
		// Datagrams are of no protocol that has a name: who asks for one misses nothing with them.
		else if (connection.endpoint.transport !== 'udp') connection.passOver(bytes);
		return undefined;
	}

	/** A second one with the same cookie is none. */
	open(cookie: number, seen: NewConnection): void {
		if (this.#connections.has(cookie)) return;
		const { localIp, localPort, remoteIp, remotePort, netns, openedAt, establishedAt, inPos, outPos } = seen;
		const isUdp = seen.transport === UDP;
		// The same ends may talk by both.
		const label = isUdp ? 'udp ' : '';
		const handshakeSeen = openedAt !== null && establishedAt !== null;
		const endpoint: Endpoint = {
			conn: this.#names.nameOf({ ip: label + localIp, port: localPort }, { ip: label + remoteIp, port: remotePort }),
			side: this.#side(seen),
			localIp,
			localPort,
			remoteIp,
			remotePort,
			remoteName: this.#nameOf?.(remoteIp) ?? null,
			netns,
			transport: isUdp ? 'udp' : 'tcp',
			// The kernel shows a passive open when its handshake is over.
			connectTime: handshakeSeen && establishedAt > openedAt ? establishedAt - openedAt : null,
		};
		if (this.#connections.size >= MAX_CONNECTIONS) this.#giveUpOldest();
		const first = { openedAt, established: handshakeSeen, ...(seen.facts ?? NO_FACTS) };
		const facts = new Facts(first, this.#capture.process);
		const connection = new Connection(this.#capture, endpoint, facts, {
			inPos,
			outPos,
			fromStart: handshakeSeen || isUdp,
		});
		this.#connections.set(cookie, connection);
		this.#introduce(connection);
		if (first.error !== 0) connection.fail(socketError(first.error).outcome);
		if (openedAt !== null) this.#changed(connection);
	}

	/** A connection is in another TCP state, with the ends of its streams where they are known; `error` is 0 or an errno. */
	state(cookie: number, newState: number, error: number, inEnd: number, outEnd: number): void {
		const connection = this.#connections.get(cookie);
		if (connection === undefined) return;
		if (newState === ESTABLISHED && connection.facts.state === 'SYN-SENT') connection.establish(inEnd);
		connection.facts.entered(newState, error);
		if (error !== 0) connection.fail(socketError(error).outcome);
		if (IN_ENDED.has(newState)) connection.endAt('in', inEnd);
		if (OUT_ENDED.has(newState)) connection.endAt('out', outEnd);
	}

	/** `inRead`: position behind the last byte that the process has taken; 0: nobody knows. */
	close(cookie: number, error: number, inRead: number): void {
		const connection = this.#connections.get(cookie);
		if (connection === undefined) return;
		if (error !== 0) connection.fail(socketError(error).outcome);
		connection.close(inRead);
		connection.facts.closed(error);
		this.#changed(connection);
		this.#forget(cookie, connection);
	}

	/** Events were lost, of which connections nobody knows. */
	doubt(): void {
		for (const connection of this.#connections.values()) connection.doubt();
	}

	/** Every connection as it is now. */
	views(): readonly ConnectionView[] {
		return this.#connections.values().flatMap((connection) => (isTcp(connection) ? this.#view(connection) : []));
	}

	/** Requests without a complete answer, the oldest connection first. */
	pending(): readonly Exchange[] {
		return this.#connections.values().flatMap((connection) => connection.pending());
	}

	/** The capture is over. */
	end(): void {
		for (const connection of this.#connections.values()) connection.abandon();
		this.#connections.clear();
	}

	#view({ endpoint, facts }: Connection): ConnectionView {
		return { endpoint, facts, now: this.#capture.now };
	}

	#changed(connection: Connection): void {
		if (isTcp(connection)) this.#onConnection?.(this.#view(connection));
	}

	/** Of an end that is older than the capture only who listens tells; of two that do, either may have connected. */
	#side({ role, netns, localIp, localPort, remoteIp, remotePort }: NewConnection): Endpoint['side'] {
		if (role === Role.client) return 'client';
		if (role === Role.server) return 'server';
		const here = this.#accepts(netns, localIp, localPort, true);
		// Another machine, or namespace, may have a listener on the same port.
		const there = this.#accepts(netns, remoteIp, remotePort, remoteIp === localIp || isLoopback(remoteIp));
		if (here === there) return null;
		return here ? 'server' : 'client';
	}

	/** Whether a socket listens there; one that listens on all addresses does so for those of its namespace, `isOwn`. */
	#accepts(netns: number, ip: string, port: number, isOwn: boolean): boolean {
		const addresses = isOwn ? [ip, ...ALL_ADDRESSES] : [ip];
		return addresses.some((address) => this.#listeners.has(`${netns} ${address} ${port}`));
	}

	#giveUpOldest(): void {
		const { oldestKey, oldest } = this.#connections;
		if (oldestKey === undefined || oldest === undefined) return;
		this.#completeness.overflowed++;
		oldest.abandon();
		this.#forget(oldestKey, oldest);
	}

	/** Of a connection within this host both ends are seen. */
	#introduce(connection: Connection): void {
		const { endpoint, facts } = connection;
		const name = hash48(endpoint.conn);
		const other = this.#ends.get(name);
		if (other?.endpoint.localPort === endpoint.remotePort && other.endpoint.localIp === endpoint.remoteIp) {
			endpoint.peer = other.facts;
			other.endpoint.peer = facts;
			// Of a connection between namespaces that is older than the capture only the server's end is known.
			endpoint.side ??= oppositeSide(other.endpoint.side);
			other.endpoint.side ??= oppositeSide(endpoint.side);
		}
		this.#ends.set(name, connection);
	}

	#forget(cookie: number, connection: Connection): void {
		this.#connections.delete(cookie);
		const name = hash48(connection.endpoint.conn);
		if (this.#ends.get(name) === connection) this.#ends.delete(name);
	}
}
