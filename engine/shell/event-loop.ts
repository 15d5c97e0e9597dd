import type { LiveStats } from '../capture/live.ts';
import type { Source } from '../capture/source.ts';

const isLive = (source: Source): source is Source & { readonly stats: LiveStats } => 'stats' in source;

/**
 * For those who look for the cause of drops (CIQ_DEBUG=1): the longest time in which nobody came to empty the ring,
 * beside what came through the ring. Gives the sentence to say at the end, or null where there is nothing to tell.
 */
export function watchEventLoop(source: Source): (() => string) | null {
	if (process.env.CIQ_DEBUG !== '1' || !isLive(source)) return null;
	// A start-up snapshot cannot hold the module.
	const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	return () => {
		delay.disable();
		const { bytes, ringBytes } = source.stats;
		const pause = (delay.max / 1e6).toFixed(1);
		return `longest pause of the event loop ${pause} ms; ${(bytes / 1e6).toFixed(1)} MB of events through a ring of ${(ringBytes / 1e6).toFixed(1)} MB`;
	};
}
