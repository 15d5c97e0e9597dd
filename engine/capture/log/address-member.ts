import { formatAddress, parseAddress } from '../../address.ts';

/** An address as packets tell it, however a log writes it, so that equal ones have one text; what is none stays as it is. */
export const canonicalAddress = (text: string): string => {
	const address = text.includes(':') ? parseAddress(text) : null;
	return address === null ? text : formatAddress(address);
};
