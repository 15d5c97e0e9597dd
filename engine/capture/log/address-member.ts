import { parseNet } from '../address.ts';
import { formatAddress } from '../address-text.ts';

/** IPv4 stands mapped in 16 bytes behind these. */
const MAPPED_PREFIX = Buffer.from('00000000000000000000ffff', 'hex');

/** An address as packets tell it, however a log writes it, so that equal ones have one text; what is none stays as it is. */
export const canonicalAddress = (text: string): string => {
	const bytes = text.includes(':') && !text.includes('/') ? parseNet(text)?.bytes : undefined;
	if (bytes === undefined) return text;
	return formatAddress(bytes, 0, MAPPED_PREFIX.equals(bytes.subarray(0, MAPPED_PREFIX.length)) ? 4 : 6);
};
