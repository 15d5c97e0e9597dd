import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { operationsOf } from '../../engine/protocols/http/graphql/document.ts';
import { parseTarget } from '../../engine/protocols/http/target.ts';
import { Fuzzer } from './fuzzer.ts';
import { Finding, latin1, type Target } from './target.ts';

/* That the fuzzer finds what it looks for, with targets that have a mistake. */

const target = (mistaken: Partial<Target>): Target => ({
	name: 'toy',
	seeds: () => [latin1('{ a }')],
	dictionary: ['subscription', 'fragment', '(', ')'].map(latin1),
	units: () => [0],
	maxBytes: 1000,
	maxSteps: { base: 10_000, perByte: 100 },
	run: () => {},
	...mistaken,
});

const find = async (mistaken: Partial<Target>, batches: number): Promise<Finding | null> => {
	const toy = target(mistaken);
	const fuzzer = new Fuzzer(toy, 1);
	try {
		await fuzzer.begin(toy.seeds());
		for (let i = 0; i < batches; i++) await fuzzer.batch();
		return null;
	} catch (error) {
		if (!(error instanceof Finding)) throw error;
		return error;
	}
};

test('a throw behind several conditions', async () => {
	const run = (input: Uint8Array): void => {
		const [first] = operationsOf(Buffer.from(input).toString('latin1')) ?? [];
		if (first?.kind === 'subscription' && first.name !== null) throw new Error('a mistake');
	};
	const finding = await find({ run }, 500);
	assert.match(finding?.message ?? '', /toy: Error: a mistake/);
	assert.match(Buffer.from(finding?.input ?? []).toString('latin1'), /subscription/);
});

test('work that grows faster than the input', async () => {
	const run = (input: Uint8Array): void => {
		for (let i = 0; i < input.length ** 2; i++) parseTarget('/');
	};
	const finding = await find({ run, seeds: () => [latin1('a'.repeat(200))] }, 0);
	assert.match(finding?.message ?? '', /\d+ steps for 200 bytes/);
	assert.equal(await find({ run: () => void parseTarget('/') }, 20), null);
});

test('state that grows with what is fed', async () => {
	const seeds = (): Uint8Array[] =>
		Array.from({ length: 40 }, (_, i) =>
			latin1(['{ a }', 'query b { c }', '"', '@', '#', '}', '(', ':', 'x y'][i % 9]!),
		);
	const run = (input: Uint8Array): void => void operationsOf(Buffer.from(input).toString('latin1'));
	const grown = await find({ seeds, run, hold: (_, bytes) => [Buffer.alloc(bytes, 1)] }, 200);
	assert.match(grown?.message ?? '', /\d{8} bytes are held by Array/);
	assert.equal(await find({ seeds, run, hold: () => [] }, 200), null);
});

test('flags that npm run fuzz does not know are told in a line', () => {
	const run = join(import.meta.dirname, 'run.ts');
	for (const flag of ['--secs=3', '--target=nosuch', '--seconds=soon', 'extra']) {
		const { status, stderr } = spawnSync(process.execPath, [run, flag], { encoding: 'utf8' });
		assert.match(stderr, /^usage: npm run fuzz -- [^\n]*\n$/);
		assert.equal(status, 2);
	}
});
