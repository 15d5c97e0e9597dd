import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange } from '../support/exchanges.ts';
import { rowsOf, run } from '../support/query.ts';

const answer = (body: string) => exchange({ target: '/a', status: 200, body });

/** Ids that are numbers, and one that is a text. */
const ANSWERS = [
	answer('{"id":10,"ok":true,"n":"9","at":{"x":1}}'),
	answer('{"id":11,"ok":true,"n":"9"}'),
	answer('{"id":"10"}'),
];

const ID = 'json(resp.body).id';

describe('a value that is typed when it comes, of another type than what it is compared with', () => {
	const cases: readonly (readonly [condition: string, rows: number, warning: string | null])[] = [
		[
			`${ID} == "10"`,
			1,
			`\`${ID}\` is a number in some rows, and is compared with a text: for those write \`${ID} == 10\``,
		],
		[
			`${ID} != "10"`,
			2,
			`\`${ID}\` is a number in some rows, and is compared with a text: for those write \`${ID} != 10\``,
		],
		[`"10" == ${ID}`, 1, `\`"10"\` is a text in some rows, and is compared with \`${ID}\`, which is a number there`],
		[`${ID} == "x"`, 0, `\`${ID}\` is a number in some rows, and is compared with a text`],
		[
			`${ID} == 10`,
			1,
			`\`${ID}\` is a text in some rows, and is compared with a number: for those write \`${ID} == "10"\``,
		],
		[
			`${ID} in ["10", "11"]`,
			1,
			`\`${ID}\` is a number in some rows, and is compared with a text: for those write \`${ID} in [10, 11]\``,
		],
		[`${ID} in [10, "10"]`, 2, null],
		[
			'json(resp.body).ok == "true"',
			0,
			'`json(resp.body).ok` is true or false in some rows, and is compared with a text: for those write `json(resp.body).ok == true`',
		],
		[
			'json(resp.body).n > 5',
			0,
			'`json(resp.body).n` is a text in some rows, and is compared with a number: for those write `float(json(resp.body).n) > 5`',
		],
		['json(resp.body).at == "x"', 0, '`json(resp.body).at` is a map in some rows, and is compared with a text'],
		[`${ID} ~ "1"`, 1, `\`${ID}\` is a number in some rows, and texts are looked for in it: write \`str(${ID})\``],
		[
			`json(resp.body).n == ${ID}`,
			0,
			`\`json(resp.body).n\` is a text in some rows, and is compared with \`${ID}\`, which is a number there`,
		],
		[`str(${ID}) == "10"`, 2, null],
		['json(resp.body).missing == "10"', 0, null],
		['status == 200', 3, null],
	];
	for (const [condition, rows, warning] of cases)
		it(`${condition} is said once`, async () => {
			const ran = await run(`watch http | where ${condition}`, [ANSWERS]);
			assert.deepEqual(ran.warnings, warning === null ? [] : [warning]);
			assert.equal(rowsOf(ran).length, rows);
		});
});
