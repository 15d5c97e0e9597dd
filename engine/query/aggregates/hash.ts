/*
 * A hash of text for sketches and samples: FNV-1a over the UTF-16 units, then the finalizer of MurmurHash3, because the
 * low bits of FNV alone are not spread well enough for counting leading zeros. Equal on every machine and run.
 */
const FNV_PRIME = 0x01000193;

const FNV_BASIS = 0x811c9dc5;

/** 32 bits, as an unsigned integer. */
export const hash32 = (text: string): number => {
	let hash = FNV_BASIS;
	for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
};
