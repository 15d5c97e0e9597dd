import type { EventEmitter } from 'node:events';

/**
 * node:readline draws its prompt again when the terminal has another size: into the results of a query, if one runs. To be
 * called before it listens; what is given, afterwards.
 */
export function promptOnResize(output: EventEmitter, isBusy: () => boolean): () => void {
	const before = output.listeners('resize');
	return () => {
		for (const draw of output.listeners('resize')) {
			if (before.includes(draw)) continue;
			const listener = draw as () => void;
			output.off('resize', listener);
			output.on('resize', () => {
				if (!isBusy()) listener();
			});
		}
	};
}
