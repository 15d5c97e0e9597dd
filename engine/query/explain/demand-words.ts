import type { CaptureDemand } from '../../capture/demand.ts';
import type { FieldNeed } from '../../exchange/field.ts';
import { causesOfNeed } from '../demand.ts';
import type { CheckedStage } from '../operators/operator.ts';

const because = (stages: readonly CheckedStage[], need: FieldNeed): string => {
	const causes = causesOfNeed(stages, need);
	return causes.length === 0 ? 'the output shows it' : `for ${causes.join(', ')}`;
};

/** How many bytes are copied of each message, and why. Pairing takes heads, so no query of exchanges goes without. */
export const payloadWords = (
	{ payloadBytes, bodyBytes }: CaptureDemand,
	stages: readonly CheckedStage[],
): readonly string[] => {
	if (payloadBytes === 0) return ['none: only the sockets are of interest'];
	if (payloadBytes < Number.POSITIVE_INFINITY)
		return [
			`heads: ${payloadBytes} bytes of what an end says before the other answers,`,
			'then 1024 and the last 16 of each call: no body is used',
		];
	const kept = bodyBytes < Number.POSITIVE_INFINITY ? `, of which ${bodyBytes} bytes of a body are kept` : '';
	return [`whole messages${kept}: ${because(stages, 'body')}`];
};

export const stageWords = ({ stages: wanted }: CaptureDemand, stages: readonly CheckedStage[]): readonly string[] => [
	wanted
		? `times between interface and process are observed: ${because(stages, 'stages')}`
		: 'not observed: no field of theirs is used',
];
