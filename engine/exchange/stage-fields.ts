import { milliseconds } from '../nanoseconds.ts';
import type { Exchange, Message } from './exchange.ts';
import type { Field, Value } from './field.ts';
import { STEPS_TYPE, stepsOf } from './stage-list.ts';
import { STAGE_PARTS, type StagePart } from './stage-parts.ts';
import type { Type } from './type.ts';

/** Between two times, where both are known. */
const between = (from: number | null | undefined, to: number | null | undefined): number | null =>
	typeof from === 'number' && typeof to === 'number' ? to - from : null;

/** The message that the observed end received, or the one that it sent. */
const messageOf = (direction: 'in' | 'out', { request, response }: Exchange): Message | null => {
	if (request?.stages?.direction === direction) return request;
	return response?.stages?.direction === direction ? response : null;
};

/** Nobody waited where the answer came before the request was whole. */
const waited = (time: number | null): number | null => (time !== null && time < 0 ? null : time);

/** Packets may be captured in another order than that of their bytes: a request that has not begun has not left. */
const leftAt = (request: Message | null): number | null => {
	const left = request?.stages?.sent ?? request?.stages?.queued ?? null;
	return left === null ? null : Math.max(left, request?.firstTime ?? left);
};

const remoteTime = ({ endpoint, request, response }: Exchange): number | null =>
	endpoint.side === 'client' ? waited(between(leftAt(request), response?.stages?.received)) : null;

const internalTime = ({ endpoint, request, response }: Exchange): number | null =>
	endpoint.side === 'server' ? waited(between(request?.lastTime, response?.firstTime)) : null;

const socketTime = (exchange: Exchange): number | null => {
	const message = messageOf('in', exchange);
	return between(message?.stages?.readable, message?.firstTime);
};

const copyTime = (exchange: Exchange): number | null => {
	const stages = messageOf('in', exchange)?.stages;
	return between(stages?.received, stages?.readable);
};

/** Of the received message only packets tell: that there are none does not say that it was looked for them. */
const retransmits = (exchange: Exchange): number | null => {
	const sent = messageOf('out', exchange)?.stages?.retransmits ?? null;
	const received = messageOf('in', exchange)?.stages?.retransmits ?? 0;
	return received === 0 ? sent : (sent ?? 0) + received;
};

const staged = (
	name: string,
	type: Type,
	needs: readonly StagePart[],
	doc: string,
	get: (exchange: Exchange) => Value,
): Field => ({
	name,
	type,
	doc,
	needs,
	get,
});

/** Fields that follow from the stages of the kernel; null where these are not known. */
export const STAGE_FIELDS: readonly Field[] = [
	{
		name: 'internal_time',
		type: 'duration',
		doc: 'Server side: request read by the process to its first byte of the response; in packet captures by their stamps',
		end: 'server',
		get: internalTime,
	},
	{
		...staged(
			'remote_time',
			'duration',
			['received', 'sent'],
			'Client side: last byte of the request at the interface, or where packets were captured, to first byte of the response there',
			remoteTime,
		),
		end: 'client',
	},
	staged(
		'black_box_duration_ms',
		'float',
		['received', 'sent'],
		'In milliseconds: client side the remote time, server side the internal time',
		(e) => milliseconds(remoteTime(e) ?? internalTime(e)),
	),
	staged(
		'socket_time',
		'duration',
		['readable'],
		'First byte of the received message readable in the socket buffer to read by the process',
		socketTime,
	),
	staged('read_socket_duration_ms', 'float', ['readable'], 'The socket time in milliseconds', (e) =>
		milliseconds(socketTime(e)),
	),
	staged(
		'copy_time',
		'duration',
		['received', 'readable'],
		'First byte of the received message from the interface to the socket buffer',
		copyTime,
	),
	staged('copy_to_socket_buffer_duration_ms', 'float', ['received', 'readable'], 'The copy time in milliseconds', (e) =>
		milliseconds(copyTime(e)),
	),
	staged(
		'stages',
		STEPS_TYPE,
		STAGE_PARTS,
		'Its way as records {name, iface, direction, at, took}, `at` from its start, `took` from the step before; sent: send write queue transmit, received: receive tcp readable read complete',
		(e) => stepsOf(e)?.map((step) => ({ ...step })) ?? null,
	),
	staged(
		'iface',
		'string',
		['received', 'sent'],
		'Interface that its first message passed at the observed end, by its name or as if12; null where that is not known',
		(e) => e.request?.stages?.iface ?? e.response?.stages?.iface ?? null,
	),
	staged(
		'rtt',
		'duration',
		['rtt'],
		'Smoothed round trip of the connection at the end of the exchange; in packet captures that of the handshake, else the shortest from data to its acknowledgement',
		(e) => e.response?.stages?.rtt ?? e.request?.stages?.rtt ?? null,
	),
	staged(
		'retransmits',
		'int',
		['resent'],
		'How often TCP sent bytes of the sent message again while the exchange ran, in packet captures of both messages; what was lost of its end is sent again when its record is made: `conns` counts that, too',
		retransmits,
	),
];
