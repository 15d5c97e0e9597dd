/** A part of the program that reads what others wrote, and how inputs for it are made. */
export interface Target {
	readonly name: string;
	/** Inputs that it takes: what mutation begins with. */
	readonly seeds: () => readonly Uint8Array[];
	/** What inputs are made of. */
	readonly dictionary: readonly Uint8Array[];
	/** Where the units of an input begin, such as packets or words, which mutation takes out, doubles and exchanges. */
	readonly units: (input: Uint8Array) => readonly number[];
	/** Longer inputs are cut. */
	readonly maxBytes: number;
	/**
	 * Steps, as blocks of code that run, an input may cost: so many at most, and so many for each of its bytes. A few
	 * times what the dearest inputs took that were found.
	 */
	readonly maxSteps: { readonly base: number; readonly perByte: number };
	/** Throws when something is wrong with what comes of an input. */
	readonly run: (input: Uint8Array) => void | Promise<void>;
	/** Goes through an input again and again, `bytes` in all; gives what keeps the state that is left then. */
	readonly hold?: (input: Uint8Array, bytes: number) => object;
}

export const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** A finding: what is wrong with an input. */
export class Finding extends Error {
	readonly target: string;
	readonly input: Uint8Array;

	constructor(target: string, input: Uint8Array, cause: unknown) {
		super(`${target}: ${cause instanceof Error ? (cause.stack ?? cause.message) : cause}`, { cause });
		this.target = target;
		this.input = input;
	}
}
