/** Gives what the first call made. */
export const once = <T>(make: () => T): (() => T) => {
	let made: { readonly value: T } | null = null;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
};

/*
 * Node's modules that few queries need. Imported, they and the twenty that they load would be in the start-up snapshot,
 * and every start would take 2 ms longer.
 */
export const nodeCrypto = once(() => process.getBuiltinModule('node:crypto'));
export const nodeZlib = once(() => process.getBuiltinModule('node:zlib'));
