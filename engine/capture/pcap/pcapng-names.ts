import { formatAddress } from '../address-text.ts';

/** Types of records (draft-ietf-opsawg-pcapng, 4.5); those of link addresses are of no interest. */
const RECORD_END = 0;
const RECORD_IPV4 = 1;
const RECORD_IPV6 = 2;

const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
	[RECORD_IPV4, 4],
	[RECORD_IPV6, 16],
]);

/** Names of one file, of which a capture of a whole network has thousands; more would be an attack on memory. */
const MAX_NAMES = 65_536;
/** The longest name of the DNS as text (RFC 1035, 2.3.4). */
const MAX_NAME_BYTES = 253;

const addressOf = (bytes: Buffer): string =>
	bytes.length === 4 ? formatAddress(Buffer.concat([Buffer.alloc(12), bytes]), 0, 4) : formatAddress(bytes, 0, 6);

/**
 * Reads the records `bytes[at, end)` of a block of names into `names`, by the text of the address; `u16` reads in the byte
 * order of the section. Of several names of an address the first one counts.
 */
export const readNames = (
	bytes: Buffer,
	at: number,
	end: number,
	u16: (at: number) => number,
	names: Map<string, string>,
): void => {
	for (let record = at; record + 4 <= end; ) {
		const type = u16(record);
		const value = record + 4;
		const valueEnd = value + u16(record + 2);
		if (type === RECORD_END || valueEnd > end) return;
		const nameAt = value + (ADDRESS_BYTES.get(type) ?? Number.POSITIVE_INFINITY);
		const zero = nameAt < valueEnd ? bytes.indexOf(0, nameAt) : -1;
		const nameEnd = Math.min(zero === -1 ? valueEnd : zero, valueEnd);
		if (nameAt < nameEnd && nameEnd - nameAt <= MAX_NAME_BYTES && names.size < MAX_NAMES) {
			const address = addressOf(bytes.subarray(value, nameAt));
			if (!names.has(address)) names.set(address, bytes.toString('utf8', nameAt, nameEnd));
		}
		record = value + Math.ceil((valueEnd - value) / 4) * 4;
	}
};
