import assert from 'node:assert/strict';
import {
	chmodSync,
	copyFileSync,
	existsSync,
	linkSync,
	lstatSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { run, runInShell } from './program.ts';

const SHOP = join(import.meta.dirname, '../../examples/shop.ciqrec');
const OLD = 'old content, which is longer than what a short table would put over it\n';
const TWICE = 'stat http where side == "server" count() by path, method | select path, count';
const COUNT = 'stat http where side == "server" count()';

let folder: string;
let file: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-kept-'));
	file = join(folder, 'x');
	const damaged = Buffer.from(readFileSync(SHOP).subarray(0, 400));
	damaged.fill(0, 100);
	writeFileSync(join(folder, 'damaged.ciqrec'), damaged);
	copyFileSync(SHOP, join(folder, 'shop.ciqrec'));
	writeFileSync(join(folder, 'half.ciqrec'), Buffer.from(readFileSync(SHOP)).fill(0, 300_000, 400_000));
});
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(file, OLD));
afterEach(() => {
	assert.deepEqual(
		readdirSync(folder).filter((name) => name.includes('.new-')),
		[],
	);
	rmSync(file, { force: true });
});

const query = (text: string, from = 'shop.ciqrec') => run(['-e', text, '--from', from], { cwd: folder });
const keeps = (text: string, message: RegExp, from?: string): void => {
	const { status, stderr } = query(text, from);
	assert.notEqual(status, 0);
	assert.match(stderr, message);
	assert.equal(readFileSync(file, 'utf8'), OLD);
};
const SERIES = /^# TYPE claudeinsight_count gauge\nclaudeinsight_count \d+\n$/;

describe('a file that a failed query would have written keeps what it held', () => {
	it('as the result cannot be written in its format', () =>
		keeps(`${TWICE} | to prom "x"`, /two rows have the labels/));
	it('as another result has nowhere to go', () => {
		keeps(`${COUNT} | to csv "x"; ${COUNT} | to csv "no/y"`, /cannot write 'no\/y'/);
		keeps(`${COUNT} | to csv "new"; ${COUNT} | to csv "no/y"`, /cannot write 'no\/y'/);
		assert.ok(!existsSync(join(folder, 'new')));
	});
	it('as nothing could be read', () => {
		for (const format of ['csv', 'har', 'pcapng', 'table', 'otlp', 'detail'])
			keeps(`watch http | to ${format} "x"`, /damaged/, 'damaged.ciqrec');
	});
	it('as the end of what it reads is missing, in a format of one table', () =>
		keeps(`${COUNT} | to prom "x"`, /damaged/, 'half.ciqrec'));
});

describe('a file that a query writes', () => {
	it('holds what was read up to a damage', () => {
		assert.equal(query('watch http | to csv "x"', 'half.ciqrec').status, 1);
		assert.match(readFileSync(file, 'utf8'), /^ts,.*\n.*\n/);
	});
	it('is emptied by a result of no rows', () => {
		for (const format of ['table', 'otlp', 'detail']) {
			writeFileSync(file, OLD);
			assert.equal(query(`watch http where status == 999 | to ${format} "x"`).status, 0);
			assert.equal(readFileSync(file, 'utf8'), '', format);
		}
	});
	it('is replaced as a whole, with its mode', () => {
		chmodSync(file, 0o640);
		const { ino } = statSync(file);
		assert.equal(query(`${COUNT} | to prom "x"`).status, 0);
		assert.match(readFileSync(file, 'utf8'), SERIES);
		assert.equal(statSync(file).mode & 0o777, 0o640);
		assert.notEqual(statSync(file).ino, ino);
		rmSync(file);
		assert.equal(query(`${COUNT} | to prom "x"`).status, 0);
		assert.equal(statSync(file).mode & 0o777, 0o600);
	});
	it('stays what it was by another name', () => {
		const [link, other] = [join(folder, 'link'), join(folder, 'other')];
		symlinkSync('x', link);
		assert.equal(query(`${COUNT} | to prom "link"`).status, 0);
		assert.match(readFileSync(file, 'utf8'), SERIES);
		assert.ok(lstatSync(link).isSymbolicLink());
		linkSync(file, other);
		writeFileSync(file, OLD);
		assert.equal(query(`${COUNT} | to prom "x"`).status, 0);
		assert.match(readFileSync(other, 'utf8'), SERIES);
	});
	it('is written where it is when it is a pipe or open already', () => {
		const end = runInShell(
			`q='${COUNT} | to prom'; $ciq --from shop.ciqrec -e "$q \\"/dev/stdout\\"" | cat
			($ciq --from shop.ciqrec -e "$q \\"/dev/stdout\\""; echo more) >> out; cat out
			mkfifo p; cat p & $ciq --from shop.ciqrec -e "$q \\"p\\""; wait; test -p p && echo pipe`,
			{ cwd: folder },
		);
		const series = SERIES.source.slice(1, -1);
		assert.match(end.stdout, new RegExp(`^${series}${series}more\\n${series}pipe\\n$`), end.stderr);
	});
});
