import type { Source } from '../capture/source.ts';
import { NS_PER_MS } from '../nanoseconds.ts';
import { duration, size } from '../output/units.ts';
import type { Console } from './console.ts';

/** Who waits less does not need to be told how long. */
const FIRST_MS = 700;
const EVERY_MS = 200;
const BAR_CELLS = 20;

/** Bytes of files read so far, and all that there are; null where nobody knows. */
export interface Progress {
	readonly read: number;
	readonly size: number | null;
}

/** `[########------------] 41%  210.0MB of 512.3MB  180.1MB/s  1.68s left`. */
export function progressLine({ read, size: all }: Progress, elapsedMs: number): string {
	const perMs = read / Math.max(1, elapsedMs);
	const rate = `${size(Math.round(perMs * 1000))}/s`;
	if (all === null || all === 0) return `${size(read)}  ${rate}`;
	const part = Math.min(1, read / all);
	const done = Math.round(part * BAR_CELLS);
	const bar = `[${'#'.repeat(done)}${'-'.repeat(BAR_CELLS - done)}]`;
	const left = perMs === 0 ? '' : `  ${duration(((all - Math.min(read, all)) / perMs) * NS_PER_MS)} left`;
	return `${bar} ${String(Math.floor(100 * part)).padStart(3)}%  ${size(read)} of ${size(all)}  ${rate}${left}`;
}

const sumOf = (sources: readonly Source[]): Progress | null => {
	const parts = sources.flatMap((source) => source.progress?.() ?? []);
	if (parts.length === 0) return null;
	const sizes = parts.map((part) => part.size);
	return {
		read: parts.reduce((sum, { read }) => sum + read, 0),
		size: sizes.includes(null) ? null : sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0),
	};
};

/** Shows on a terminal how far files have been read, while that takes its time; gives what takes it away. */
export function watchProgress(console: Console, sources: readonly Source[]): () => void {
	const { progress } = console;
	if (progress === undefined || sources.some(({ info }) => info.live)) return () => {};
	const start = performance.now();
	const timer = setInterval(() => {
		const elapsed = performance.now() - start;
		const sum = elapsed < FIRST_MS ? null : sumOf(sources);
		if (sum !== null) progress(progressLine(sum, elapsed));
	}, EVERY_MS);
	timer.unref();
	return () => {
		clearInterval(timer);
		progress('');
	};
}
