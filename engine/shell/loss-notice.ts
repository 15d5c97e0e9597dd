import { type Completeness, newCompleteness } from '../completeness.ts';
import { isMuchMore, losses } from '../output/loss.ts';
import type { Console } from './console.ts';

const EVERY_MS = 1000;

/**
 * Says what has been lost so far where no status line tells it: when it begins, and again when it has become much more. Who
 * lets a capture run into a file would learn it at its end only. Gives what ends it.
 */
export function watchLosses({ out, say }: Console, completeness: () => Completeness): () => void {
	if (out.terminal) return () => {};
	let told = newCompleteness();
	const timer = setInterval(() => {
		const now = completeness();
		if (!isMuchMore(now, told)) return;
		told = { ...now };
		say(`lost so far: ${losses(now).join('; ')}`);
	}, EVERY_MS);
	return () => clearInterval(timer);
}
