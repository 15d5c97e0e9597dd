import { EXE_DOC, ipOf, portOf } from './common-fields.ts';
import type { Endpoint, Process } from './exchange.ts';
import type { Value } from './field.ts';
import { pidOf } from './pid.ts';
import type { TypeName } from './type.ts';

/** States of a connection by the names of RFC 9293. */
const TCP_STATES = [
	'SYN-SENT',
	'SYN-RECEIVED',
	'ESTABLISHED',
	'FIN-WAIT-1',
	'FIN-WAIT-2',
	'CLOSE-WAIT',
	'CLOSING',
	'LAST-ACK',
	'TIME-WAIT',
	'CLOSED',
] as const;

export type TcpState = (typeof TCP_STATES)[number];

const CLOSE_REASONS = [
	'local close',
	'remote close',
	'local reset',
	'remote reset',
	'timeout',
	'refused',
	'error',
] as const;

export type CloseReason = (typeof CLOSE_REASONS)[number];

/** What a capture knows of one observed end of a connection besides its exchanges. Times are ns since the start. */
export interface ConnectionFacts {
	/** Null: before the capture. */
	readonly openedAt: number | null;
	readonly state: TcpState;
	/** Read and written by processes, also before the capture where the kernel told. */
	readonly bytesReceived: number;
	readonly bytesSent: number;
	/** Smoothed round trip in ns; null: not known. */
	readonly rtt: number | null;
	/** Segments that were sent again, also before the capture where the kernel told; null: nobody counts them. */
	readonly retransmits: number | null;
	/** Of the messages seen last; null: none has been recognised. */
	readonly protocol: string | null;
	/** Null while neither end has closed it. */
	readonly closeReason: CloseReason | null;
	/** Who sent or read last, else the first that holds the socket. */
	readonly owner: Process | null;
}

/** A connection and the moment at which it is looked at. */
export interface ConnectionView {
	readonly endpoint: Endpoint;
	readonly facts: ConnectionFacts;
	/** ns since the start of the capture. */
	readonly now: number;
}

export interface ConnectionColumn {
	readonly name: string;
	readonly type: TypeName;
	/** One line. */
	readonly doc: string;
	/** Tells connections apart, and measures nothing though it is a number. */
	readonly key?: true;
	/** All that it can be, of few values. */
	readonly values?: readonly string[];
	/** What its messages say may be needed for it. */
	readonly needs?: readonly ['head'];
	readonly get: (view: ConnectionView) => Value;
}

/** Of an end whose handshake was not seen, and that does not listen, only its messages tell. */
const BY_MESSAGES = { needs: ['head'] } as const;

/** The columns of the table of connections, in their order: what an engineer looks for stands first. */
export const CONNECTION_COLUMNS: readonly ConnectionColumn[] = [
	{
		name: 'state',
		type: 'string',
		doc: 'TCP state by RFC 9293: ESTABLISHED, CLOSE-WAIT, …; sockets that listen are no connections',
		values: TCP_STATES,
		get: (c) => c.facts.state,
	},
	{
		name: 'side',
		type: 'string',
		doc: 'Role of the observed end; null while unknown',
		...BY_MESSAGES,
		get: (c) => c.endpoint.side,
	},
	{
		name: 'pid',
		type: 'int',
		key: true,
		doc: 'Process at the observed end; null where none was seen with it',
		get: (c) => pidOf(c.facts.owner),
	},
	{ name: 'comm', type: 'string', doc: 'Name of that process', get: (c) => c.facts.owner?.comm ?? null },
	{ name: 'local_ip', type: 'ip', doc: 'Address of the observed end', get: (c) => c.endpoint.localIp },
	{ name: 'local_port', type: 'int', key: true, doc: 'Port of the observed end', get: (c) => c.endpoint.localPort },
	{ name: 'remote_ip', type: 'ip', doc: 'Address of the other end', get: (c) => c.endpoint.remoteIp },
	{ name: 'remote_port', type: 'int', key: true, doc: 'Port of the other end', get: (c) => c.endpoint.remotePort },
	{
		name: 'protocol',
		type: 'string',
		doc: 'What it speaks; null until a message was seen',
		...BY_MESSAGES,
		get: (c) => c.facts.protocol,
	},
	{
		name: 'age',
		type: 'duration',
		doc: 'Time since it was opened; null where that was before the capture',
		get: ({ facts: { openedAt }, now }) => (openedAt === null ? null : now - openedAt),
	},
	{ name: 'bytes_sent', type: 'size', doc: 'Bytes that processes have written', get: (c) => c.facts.bytesSent },
	{ name: 'bytes_received', type: 'size', doc: 'Bytes that processes have read', get: (c) => c.facts.bytesReceived },
	{
		name: 'rtt',
		type: 'duration',
		doc: 'Smoothed round trip as TCP measures it; in packet captures by their stamps; null while unknown',
		get: (c) => c.facts.rtt,
	},
	{
		name: 'retransmits',
		type: 'int',
		doc: 'Segments that TCP sent again from this end; in packet captures from either end; null while unknown',
		get: (c) => c.facts.retransmits,
	},
	{
		name: 'close_reason',
		type: 'string',
		doc: 'local close, remote close, local reset, remote reset, timeout, refused or error; null while open',
		values: CLOSE_REASONS,
		get: (c) => c.facts.closeReason,
	},
	{
		name: 'opened_at',
		type: 'time',
		doc: 'When it was opened; null where that was before the capture',
		get: (c) => c.facts.openedAt,
	},
	{ name: 'conn', type: 'string', doc: 'Identity of the connection, equal at both ends', get: (c) => c.endpoint.conn },
	{
		name: 'exe',
		type: 'string',
		doc: EXE_DOC,
		get: (c) => c.facts.owner?.exe ?? null,
	},
	...(['client', 'server'] as const).flatMap((side): ConnectionColumn[] => [
		{
			name: `${side}_ip`,
			type: 'ip',
			doc: `Address of the ${side}`,
			...BY_MESSAGES,
			get: (c) => ipOf(side, c.endpoint),
		},
		{
			name: `${side}_port`,
			type: 'int',
			key: true,
			doc: `Port of the ${side}`,
			...BY_MESSAGES,
			get: (c) => portOf(side, c.endpoint),
		},
	]),
];

/** A row of that table. */
export const connectionRow = (view: ConnectionView): readonly Value[] => CONNECTION_COLUMNS.map(({ get }) => get(view));

const isClosed = ({ facts }: ConnectionView): boolean => facts.state === 'CLOSED';

/** The columns of what happens to connections. */
export const CHANGE_COLUMNS: readonly ConnectionColumn[] = [
	{ name: 'ts', type: 'time', doc: 'When it happened', get: (c) => (isClosed(c) ? c.now : c.facts.openedAt) },
	{
		name: 'event',
		type: 'string',
		doc: 'open or close',
		values: ['open', 'close'],
		get: (c) => (isClosed(c) ? 'close' : 'open'),
	},
	...CONNECTION_COLUMNS,
];

export const changeRow = (view: ConnectionView): readonly Value[] => CHANGE_COLUMNS.map(({ get }) => get(view));
