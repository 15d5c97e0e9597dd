import { code } from './problem.ts';

/*
 * Whether the shape of an address is an address. Stricter than inet_aton: `010.0.0.1` is refused, since readers disagree
 * on whether it is octal.
 */

/** What is wrong with an IPv4 address; null when nothing is. */
function ip4Fault(text: string): string | null {
	for (const part of text.split('.')) {
		if (part.length > 1 && part.startsWith('0')) return `${code(part)} has a leading zero`;
		if (part.length > 3 || Number(part) > 255) return `${code(part)} is above 255`;
	}
	return null;
}

/** The IPv4 address inside `::ffff:10.0.0.1` (RFC 4291 section 2.5.5.2), else null. */
const mapped = (text: string): string | null => /^(?:::|(?:0+:){5})ffff:(\d+(?:\.\d+){3})$/i.exec(text)?.[1] ?? null;

function ip6Fault(text: string): string | null {
	const inner = mapped(text);
	if (inner !== null) return `IPv4 traffic has IPv4 addresses here: write ${code(inner)}`;
	const last = text.slice(text.lastIndexOf(':') + 1);
	const fault = last.includes('.') ? ip4Fault(last) : null;
	if (fault !== null) return fault;
	const groups = text.split(':').filter((group) => group !== '').length + (last.includes('.') ? 1 : 0);
	return text.includes('::') && groups > 7 ? '`::` stands for at least one group of zeros' : null;
}

/** What is wrong with an address or a network as it was written; null when nothing is. */
export function addressFault(text: string): string | null {
	const [address = '', prefix] = text.split('/');
	const bits = address.includes(':') ? 128 : 32;
	if (prefix !== undefined && (prefix.length > 3 || Number(prefix) > bits)) return `a prefix has at most ${bits} bits`;
	return bits === 128 ? ip6Fault(address) : ip4Fault(address);
}
