import type { Exchange, Message } from './exchange.ts';
import type { MessageStages } from './stages.ts';
import { listOf, recordOf, type Type } from './type.ts';

/**
 * Of a sent message: its first call, its last one where there are several, and when its last byte came to the queue of the
 * device and to the driver. Of a received one: when its first byte came from the device, to TCP, to the socket buffer and
 * to the process, and when the process had the last one, where that took several calls.
 */
export type StepName = 'send' | 'write' | 'queue' | 'transmit' | 'receive' | 'tcp' | 'readable' | 'read' | 'complete';

/** A step of an exchange on its way. */
export interface Step {
	readonly name: StepName;
	/** Of the stages at a device. */
	readonly iface: string | null;
	readonly direction: 'request' | 'response';
	/** ns since the start of the exchange. */
	readonly at: number;
	/** ns since the step before it; null for the first. */
	readonly took: number | null;
}

export const STEPS_TYPE: Type = listOf(
	recordOf([
		['name', 'string'],
		['iface', 'string'],
		['direction', 'string'],
		['at', 'duration'],
		['took', 'duration'],
	]),
);

type Place = readonly [name: StepName, time: number | null, iface?: string | null];

/** When the process had no more to send. Of bytes that were not seen to leave only that TCP took them is known. */
const lastWrite = (stages: MessageStages, firstTime: number, lastTime: number): number | null => {
	const time = stages.queued === null ? lastTime : (stages.lastCall ?? firstTime);
	return time > firstTime ? time : null;
};

/** Of a sent message the last byte counts behind TCP: then all have left. Of a received one the first byte. */
const placesOf = ({ stages, firstTime, lastTime }: Message, knowsProcess: boolean): readonly Place[] => {
	if (stages === undefined) return [];
	const { iface } = stages;
	if (stages.direction === 'out') {
		return [
			['send', knowsProcess ? firstTime : null],
			['write', knowsProcess ? lastWrite(stages, firstTime, lastTime) : null],
			['queue', stages.queued, iface],
			['transmit', stages.sent, iface],
		];
	}
	return [
		['receive', stages.received, iface],
		['tcp', stages.tcp],
		['readable', stages.readable],
		['read', knowsProcess ? firstTime : null],
		['complete', lastTime > firstTime ? lastTime : null],
	];
};

/** The steps of an exchange that are known, in order of time; null where no stages were captured. */
export const stepsOf = ({ request, response, startTime, owner }: Exchange): readonly Step[] | null => {
	if (request?.stages === undefined && response?.stages === undefined) return null;
	// A packet capture knows of no process, nor of its calls.
	const knowsProcess = owner !== null || [request, response].some((message) => message?.stages?.calls.length);
	const steps = (['request', 'response'] as const).flatMap((direction) => {
		const message = direction === 'request' ? request : response;
		return (message === null ? [] : placesOf(message, knowsProcess)).flatMap(([name, time, iface = null]) =>
			time === null ? [] : [{ name, iface, direction, at: time - startTime }],
		);
	});
	steps.sort((a, b) => a.at - b.at);
	return steps.map((step, i) => ({ ...step, took: i === 0 ? null : step.at - (steps[i - 1]?.at ?? 0) }));
};
