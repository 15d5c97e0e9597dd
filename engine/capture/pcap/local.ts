import { covers, type Net, parseNet } from '../address.ts';
import type { End } from './flow-context.ts';

const ADDRESS_BYTES = 16;

/**
 * Which of two ends, whose addresses stand side by side in four 32-bit words each, lies in one of the networks; null when
 * none does, or both.
 */
export const localEndOf = (networks: readonly string[]): ((addresses: ArrayLike<number>) => End | null) => {
	const nets = networks.map(parseNet).filter((net): net is Net => net !== null);
	const isLocal = (bytes: Uint8Array): boolean => nets.some((net) => covers(net, { bytes, prefix: 128 }));
	return (addresses) => {
		if (nets.length === 0) return null;
		const bytes = Buffer.alloc(2 * ADDRESS_BYTES);
		for (let word = 0; word < addresses.length; word++) bytes.writeInt32BE(addresses[word]!, 4 * word);
		const first = isLocal(bytes.subarray(0, ADDRESS_BYTES));
		const second = isLocal(bytes.subarray(ADDRESS_BYTES));
		return first === second ? null : first ? 0 : 1;
	};
};
