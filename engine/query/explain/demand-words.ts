import type { CaptureDemand } from '../../capture/demand.ts';
import type { FieldNeed } from '../../exchange/field.ts';
import type { StagePart } from '../../exchange/stage-parts.ts';
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
	const why = stages[0]?.present === 'connections' ? 'for side and protocol' : 'no body is used';
	if (payloadBytes < Number.POSITIVE_INFINITY)
		return [
			`heads: ${payloadBytes} bytes of what an end says before the other answers,`,
			`then 1024 and the last 16 of each call: ${why}`,
		];
	const kept = bodyBytes < Number.POSITIVE_INFINITY ? `, of which ${bodyBytes} bytes of a body are kept` : '';
	return [`whole messages${kept}: ${because(stages, 'body')}`];
};

/** Where a table of what is true now comes from; nothing of others. */
export const presentWords = (stages: readonly CheckedStage[]): readonly string[] => {
	const present = stages[0]?.present;
	if (present === undefined) return [];
	if (present === 'requests') return ['those that begin from now on, until they have a complete answer'];
	const found = 'those that there are, by an iterator over the descriptors of all processes';
	return [
		`${found}: at the start, and again each second with what TCP counts of each; then each that is opened or closed`,
	];
};

/** What is observed for a part. */
const OBSERVED: Readonly<Record<StagePart, string>> = {
	received: 'arrival at the device and at TCP',
	readable: 'when bytes become readable',
	sent: 'departure by queue and driver',
	resent: 'what TCP sends again',
	rtt: 'round trip',
};

/** One line for each reason. */
export const stageWords = ({ stages: wanted }: CaptureDemand, stages: readonly CheckedStage[]): readonly string[] => {
	const observed = new Map<string, string[]>();
	for (const part of wanted) {
		const reason = because(stages, part);
		observed.set(reason, [...(observed.get(reason) ?? []), OBSERVED[part]]);
	}
	if (observed.size === 0) return ['not observed: no field of theirs is used'];
	return [...observed].map(([reason, parts]) => `${parts.join(', ')}: ${reason}`);
};
