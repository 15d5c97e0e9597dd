import assert from 'node:assert/strict';
import {
	linkSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { jsonLines } from '../support/tool.ts';
import { type Ended, run, runInShell } from './program.ts';
import { writeRecording } from './recording.ts';

let folder: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-sources-'));
	writeRecording(join(folder, 'a.ciqrec'));
	writeRecording(join(folder, 'b.ciqrec'));
	// Half a second behind: its exchanges fall between those of the others.
	writeRecording(join(folder, 'later.ciqrec'), undefined, 500_000_000n);
});
after(() => rmSync(folder, { recursive: true }));

const query = (text: string, ...flags: string[]): Ended => run(['-e', text, ...flags], { cwd: folder });

function rows(end: Ended): Record<string, unknown>[] {
	assert.equal(end.status, 0, end.stderr);
	return jsonLines(end.stdout);
}

const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('diff of two recordings, each read and counted', () => {
	const end = query('from "a.ciqrec" | diff { from "b.ciqrec" where path !~ "items" } by route');
	assert.deepEqual(
		rows(end).map(({ route, count_before, count_after }) => [route, count_before, count_after]),
		[
			['/api/items', 2, null],
			['/api/slow', 1, 1],
			['/static/logo', 1, 1],
			['/api/pay', 1, 1],
		],
	);
	assert.match(end.stderr, /^claudeinsight: 10 exchanges, nothing lost$/m);
});

test('times of a second recording are on the clock of the first, and its rows come in their order', () => {
	const end = query('from "a.ciqrec" | union { from "later.ciqrec" } | where path != "/api/slow" | select ts');
	const seconds = rows(end).map(({ ts }) => Number(String(ts).slice(17, 23)));
	assert.deepEqual(seconds, [0.001, 0.501, 2.001, 2.501, 3.001, 3.501, 4.001, 4.501]);
});

test('a join lets go of no row whose partner the other file still holds', () => {
	const join = (other: string, within: string): number =>
		rows(query(`from "a.ciqrec" | join { from "${other}" } as b on conn within ${within} | select path, b.latency`))
			.length;
	assert.equal(join('b.ciqrec', '1ms'), 5);
	assert.equal(join('later.ciqrec', '400ms'), 0);
	assert.equal(join('later.ciqrec', '600ms'), 5);
});

test('the same file twice is one capture', () =>
	assert.equal(
		rows(query('from "a.ciqrec" | join { from "a.ciqrec" } as b on id within 1ms | select path')).length,
		5,
	));

test('several pipelines, each with a second source', () => {
	const end = query(
		'from "a.ciqrec" | diff { from "b.ciqrec" } by protocol\nfrom "b.ciqrec" | diff { from "a.ciqrec" } by side',
	);
	assert.deepEqual(
		rows(end).map(({ protocol, side, count_after }) => [protocol ?? side, count_after]),
		[
			['http', 5],
			['server', 5],
		],
	);
});

test('a query that has had enough ends both sources', () => {
	const end = query('from "a.ciqrec" | union { from "b.ciqrec" } | head 1 | select path');
	assert.deepEqual(rows(end), [{ path: '/api/items' }]);
});

test('flags restrict a second source, too', () => {
	const count = (...flags: string[]): unknown =>
		rows(query('from "a.ciqrec" | union { from "b.ciqrec" } | stat n = count()', ...flags))[0]?.n;
	assert.equal(count(), 10);
	assert.equal(count('--remote-ips', '127.0.0.2'), 4);
});

test('a second source that is not there, is torn, or cannot answer', () => {
	const none = query('from "a.ciqrec" | diff { from "none.ciqrec" } by route');
	assert.equal(none.status, 1);
	assert.match(none.stderr, /^claudeinsight: cannot read none\.ciqrec: no such file/m);
	writeRecording(join(folder, 'heads.ciqrec'), 8192);
	const heads = query('from "a.ciqrec" | union { from "heads.ciqrec" }');
	assert.equal(heads.status, 1);
	assert.match(heads.stderr, /'heads\.ciqrec' cannot answer this query: it holds only the beginning/);
	const torn = join(folder, 'torn.ciqrec');
	writeFileSync(torn, readFileSync(join(folder, 'a.ciqrec')));
	truncateSync(torn, statSync(torn).size - 30);
	const end = query('from "a.ciqrec" | diff { from "torn.ciqrec" } by protocol', '--strict');
	assert.equal(end.status, 4);
	assert.match(end.stderr, /10 exchanges, lost: the recording is torn/);
});

test('standard input is read once', () => {
	const end = query('from "a.ciqrec" | diff { from "-" } by route\nfrom "-" | head 1');
	assert.equal(end.status, 2);
	assert.match(end.stderr, /standard input can be read only once/);
});

/** A file that is added to while it is read ends at 4 MiB, not with the disk. */
const bounded = (text: string, rest: string): Ended =>
	runInShell(`ulimit -f 4096; $ciq -e '${text}' ${rest}`, { cwd: folder });

test('a file that is read is not written', () => {
	query('from "a.ciqrec" | to json "log.ndjson"');
	symlinkSync('log.ndjson', join(folder, 'same.ndjson'));
	const before = written('log.ndjson');
	for (const [text, ...flags] of [
		['from "log.ndjson" | to json "log.ndjson"'],
		['from "*.ndjson" | to csv "same.ndjson"'],
		['watch http | to json "same.ndjson"', '--from', 'log.ndjson'],
		['from "a.ciqrec" | tee { to json "log.ndjson" } | union { from "same.ndjson" } | stat count()'],
		['from "log.ndjson" | stat count()', '--record', './same.ndjson'],
	] satisfies [string, ...string[]][]) {
		const end = bounded(text, flags.join(' '));
		assert.equal(end.status, 2, `${text}: ${end.stderr}`);
		assert.match(end.stderr, /ndjson' is read by this query and would be written by it: write to another file/, text);
	}
	const OWN = / is read by this query and would be written by it/;
	assert.match(bounded('from "log.ndjson"', '>> log.ndjson').stderr, OWN);
	assert.match(bounded('from "-"', '< log.ndjson >> log.ndjson').stderr, OWN);
	assert.equal(written('log.ndjson'), before);
	assert.equal(query('from "none*.ndjson" | to json "log.ndjson"').status, 1);
	assert.equal(query('from "log.ndjson" | to json "other.ndjson"').status, 0);
});

test('tee writes private files beside the result', () => {
	const end = query(
		'from "a.ciqrec" | tee { where failed | select path | to json "failed.json" } | tee { stat count() by status | to csv "s.csv" } | stat count()',
	);
	assert.deepEqual(rows(end), [{ count: 5 }]);
	assert.equal(written('failed.json'), '{"path":"/api/pay"}\n');
	assert.equal(written('s.csv'), 'status,count\n200,4\n500,1\n');
	for (const name of ['failed.json', 's.csv']) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
	assert.match(end.stderr, /^claudeinsight: 5 exchanges, nothing lost$/m);
});

test('tee into a file that cannot be written', () => {
	const end = query('from "a.ciqrec" | tee { to json "none/x.json" } | stat count()');
	assert.equal(end.status, 1);
	assert.match(end.stderr, /^claudeinsight: cannot write 'none\/x\.json': no such file/m);
	assert.equal(end.stdout, '');
});

test('two tables do not go to one file under two names', () => {
	writeFileSync(join(folder, 'there.csv'), 'old');
	symlinkSync('there.csv', join(folder, 'link.csv'));
	linkSync(join(folder, 'there.csv'), join(folder, 'hard.csv'));
	for (const [one, other] of [
		['new.csv', './new.csv'],
		['there.csv', 'link.csv'],
		['hard.csv', join(folder, 'link.csv')],
	]) {
		const end = query(`from "a.ciqrec" | tee { to csv "${one}" } | stat count() | to csv "${other}"`);
		assert.equal(end.status, 2, `${one} ${other}`);
		assert.match(end.stderr, /two results go to '.*': give each a file of its own/);
	}
	assert.equal(written('there.csv'), 'old');
	symlinkSync('/dev/null', join(folder, 'null.csv'));
	assert.equal(query('from "a.ciqrec" | tee { to csv "null.csv" } | stat count() | to csv "/dev/null"').status, 0);
});

test('two tables do not go to one file; JSON lines do', () => {
	const end = query('from "a.ciqrec" | tee { to csv "one.csv" } | stat count() | to csv "one.csv"');
	assert.equal(end.status, 2);
	assert.match(end.stderr, /two results go to 'one\.csv': give each a file of its own/);
	const query2 =
		'from "a.ciqrec" | tee { head 1 | select path | to json "one.json" } | stat count() | to json "one.json"';
	assert.equal(query(query2).status, 0);
	assert.deepEqual(written('one.json').split('\n').sort(), ['', '{"count":5}', '{"path":"/api/items"}']);
});
