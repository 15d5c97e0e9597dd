import { Coverage, type Taken } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { Finding, type Target } from './target.ts';
import { usedBytes } from './used-bytes.ts';

/** Inputs that are run before coverage is asked for, which costs as much as some of them. */
const BATCH = 16;

/** What is fed to look for growth, and what may be left of it: less than half, and more than any bound of one connection. */
const HELD_BYTES = 32 << 20;
const MAX_HELD_BYTES = 12 << 20;
/** It takes half a second: of the inputs that reach something new, one in so many is looked at. */
const HELD_ONE_IN = 8;

/** What a run costs whatever its input is no more than a part of what one of that size costs. */
const LARGE_INPUT = 1000;

export interface Progress {
	readonly runs: number;
	/** Inputs that are kept because they reached something new. */
	readonly corpus: number;
	/** Bytes of source that have run. */
	readonly covered: number;
	/** The most that a byte of a large input cost. */
	readonly stepsPerByte: number;
}

/** Looks for inputs that a target does not take: changes those that reached something new, again and again. */
export class Fuzzer {
	readonly #target: Target;
	readonly #random: Random;
	readonly #coverage = new Coverage();
	readonly #corpus: Uint8Array[] = [];
	/** Told of every input before it is run. */
	readonly #before: (input: Uint8Array) => void;
	#runs = 0;
	#stepsPerByte = 0;

	constructor(target: Target, seed: number, before: (input: Uint8Array) => void = () => {}) {
		this.#target = target;
		this.#random = new Random(seed);
		this.#before = before;
	}

	get progress(): Progress {
		const { size } = this.#coverage;
		return { runs: this.#runs, corpus: this.#corpus.length, covered: size, stepsPerByte: this.#stepsPerByte };
	}

	/** Runs seeds, and inputs that were found before. Throws a Finding. */
	async begin(inputs: readonly Uint8Array[]): Promise<void> {
		for (const input of inputs) await this.#alone(input);
		if (this.#corpus.length === 0) this.#corpus.push(Uint8Array.of(0));
	}

	/** Runs some new inputs. Throws a Finding. */
	async batch(): Promise<void> {
		const inputs = Array.from({ length: BATCH }, () => mutate(this.#corpus, this.#random, this.#target));
		for (const input of inputs) await this.#run(input);
		const taken = this.#coverage.take();
		const allowed = inputs.reduce((sum, input) => sum + this.#allowed(input), 0);
		if (!this.#coverage.isNew(taken) && taken.steps <= allowed) return;
		for (const input of inputs) await this.#alone(input);
	}

	#allowed(input: Uint8Array): number {
		const { base, perByte } = this.#target.maxSteps;
		return base + perByte * input.length;
	}

	async #run(input: Uint8Array): Promise<void> {
		this.#before(input);
		this.#runs++;
		try {
			await this.#target.run(input);
		} catch (cause) {
			throw new Finding(this.#target.name, input, cause);
		}
	}

	/** Runs one input by itself, to know what it reaches and what it costs. */
	async #alone(input: Uint8Array): Promise<void> {
		await this.#run(input);
		const taken = this.#coverage.take();
		this.#checkSteps(input, taken);
		if (!this.#coverage.isNew(taken)) return;
		this.#coverage.add(taken);
		this.#corpus.push(input);
		if (this.#corpus.length % HELD_ONE_IN === 0) this.#checkGrowth(input);
	}

	#checkSteps(input: Uint8Array, { steps }: Taken): void {
		if (input.length >= LARGE_INPUT) this.#stepsPerByte = Math.max(this.#stepsPerByte, steps / input.length);
		if (steps <= this.#allowed(input)) return;
		throw new Finding(this.#target.name, input, `${steps} steps for ${input.length} bytes`);
	}

	#checkGrowth(input: Uint8Array): void {
		const { hold, name } = this.#target;
		if (hold === undefined || input.length === 0) return;
		this.#before(input);
		const before = usedBytes();
		const held = hold(input, HELD_BYTES);
		const grown = usedBytes() - before;
		this.#coverage.take();
		if (grown > MAX_HELD_BYTES) throw new Finding(name, input, `${grown} bytes are held by ${held.constructor.name}`);
	}
}
