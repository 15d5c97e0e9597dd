import { openRecording } from '../../engine/capture/recording-reader.ts';
import { newCompleteness } from '../../engine/completeness.ts';
import { withoutChecks } from '../support/events.ts';

export interface Replayed {
	readonly bytes: Buffer;
	readonly error: Error | null;
	readonly tornBytes: number;
	readonly damagedFiles: number;
	readonly damagedBytes: number;
	readonly slices: number;
}

/** Reads a recording to its end, or `stopAfter` slices of it; its records come without checks. */
export const replay = (path: string, stopAfter = Number.POSITIVE_INFINITY): Promise<Replayed> =>
	new Promise((resolve) => {
		const source = openRecording(path);
		const slices: Buffer[] = [];
		const completeness = newCompleteness();
		source.start(
			(bytes, length) => {
				slices.push(withoutChecks(bytes.subarray(0, length)));
				if (slices.length === stopAfter) source.stop();
			},
			(error) => {
				source.countMissing?.(completeness);
				const { tornBytes, damagedFiles, damagedBytes } = completeness;
				resolve({ bytes: Buffer.concat(slices), error, tornBytes, damagedFiles, damagedBytes, slices: slices.length });
			},
		);
	});
