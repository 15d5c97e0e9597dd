import { inNet, type Net, parseNet } from '../../address.ts';
import type { End } from './flow-context.ts';

/**
 * Which of two ends, whose addresses stand side by side in four 32-bit words each, lies in one of the networks; null when
 * none does, or both.
 */
export const localEndOf = (networks: readonly string[]): ((addresses: ArrayLike<number>) => End | null) => {
	const nets = networks.map(parseNet).filter((net): net is Net => net !== null);
	return (addresses) => {
		if (nets.length === 0) return null;
		const isLocal = (at: number): boolean => {
			const words = [addresses[at]!, addresses[at + 1]!, addresses[at + 2]!, addresses[at + 3]!] as const;
			return nets.some((net) => inNet({ words }, net));
		};
		const first = isLocal(0);
		const second = isLocal(4);
		return first === second ? null : first ? 0 : 1;
	};
};
