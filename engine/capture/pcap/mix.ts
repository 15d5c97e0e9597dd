/** FNV's prime, and a rotation so that high bits count as well. */
export const mix = (hash: number, word: number): number => {
	const product = Math.imul(hash ^ word, 0x01000193);
	return (product << 13) | (product >>> 19);
};
