import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { type Read, readFile } from '../capture/pcap/read.ts';
import { noTraces, tracesOf } from './traces.ts';

/** What both tell of an exchange or a connection, as Zeek names it; absent where there is nothing to tell. */
export type Line = Readonly<Record<string, string>>;

/** Zeek's line for a case, and ours where it differs on purpose. */
export interface Difference {
	readonly reason: string;
	readonly ours: readonly Line[];
}

export interface Comparison {
	readonly protocol: string;
	readonly title: string;
	/** Members of Zeek's lines that are compared. */
	readonly compared: readonly string[];
	/** By the name of the case. */
	readonly differences: Readonly<Record<string, Difference>>;
	readonly linesOf: (read: Read) => readonly Line[];
}

/** A line of what is known. */
export const toLine = (members: Readonly<Record<string, unknown>>): Line =>
	Object.fromEntries(
		Object.entries(members).flatMap(([name, value]) =>
			value === null || value === undefined ? [] : [[name, `${value}`]],
		),
	);

const expectedLines = (path: string, compared: readonly string[]): Line[] => {
	const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
	return lines.map((line) => {
		const values: unknown = JSON.parse(line);
		assert.ok(typeof values === 'object' && values !== null);
		return toLine(Object.fromEntries(Object.entries(values).filter(([name]) => compared.includes(name))));
	});
};

const isSubset = (part: Line, whole: Line): boolean =>
	Object.entries(part).every(([name, value]) => whole[name] === value);

/** The same exchanges in any order; what one of Zeek's lines does not tell is not compared. */
const agrees = (expected: readonly Line[], ours: readonly Line[]): boolean => {
	const rest = ours.slice();
	for (const line of expected) {
		const index = rest.findIndex((own) => isSubset(line, own));
		if (index === -1) return false;
		rest.splice(index, 1);
	}
	return rest.length === 0;
};

/** The captures of a protocol as tests, and how many of them agree, differ on purpose, or are wrong. */
export const compareWithZeek = ({ protocol, title, compared, differences, linesOf }: Comparison): void => {
	const traces = tracesOf(protocol);
	describe(`${title} captures of the Zeek project`, { skip: traces === null && noTraces(protocol) }, () => {
		const count = { agrees: 0, 'differs on purpose': 0, wrong: 0 };

		for (const { name, path, expectedPath } of traces ?? []) {
			test(name, async (context) => {
				const expected = expectedLines(expectedPath, compared);
				const read = await readFile(path);
				const ours = linesOf(read);
				const difference = differences[name];
				const verdict = agrees(expected, ours)
					? 'agrees'
					: difference !== undefined && agrees(difference.ours, ours)
						? 'differs on purpose'
						: 'wrong';
				count[verdict]++;
				context.diagnostic(verdict === 'differs on purpose' ? `${verdict}: ${difference?.reason}` : verdict);
				assert.equal(read.error, null);
				if (verdict === 'wrong') assert.deepEqual(ours, difference?.ours ?? expected);
				// A reason for what agrees would hide a later difference.
				assert.ok(verdict !== 'agrees' || difference === undefined, 'it agrees: it needs no reason');
			});
		}

		after(() => {
			const cases = Object.entries(count).map(([verdict, number]) => `${number} ${verdict}`);
			process.stdout.write(`${title} captures: ${cases.join(', ')}\n`);
		});
	});
};
