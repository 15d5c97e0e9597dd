import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { writeRecording } from './recording.ts';
import { Terminal } from './terminal.ts';

let folder: string;
let five: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-results-'));
	five = join(folder, 'five.ciqrec');
	writeRecording(five);
});
after(() => rmSync(folder, { recursive: true }));

/** A shell that has run a query, and what asks it for more. */
async function shell(t: TestContext, query: string, from = five) {
	const terminal = new Terminal(`--from ${from}`, { XDG_STATE_HOME: folder, LC_ALL: 'C.UTF-8' });
	t.after(() => terminal.kill());
	await terminal.sees(/ciq> /);
	const ask = async (line: string): Promise<string> => {
		terminal.type(`${line}\r`);
		// The echo of the line, what it answers, the next prompt.
		await terminal.sees(/\r\n/);
		return (await terminal.sees(/ciq> /)).replaceAll('\r', '');
	};
	if (query !== '') await ask(query);
	return ask;
}

test('records that none of the last result passes are said to be none', async (t) => {
	const ask = await shell(t, 'watch http | head 3');
	assert.match(await ask('| where status == 404'), /claudeinsight: 0 rows from 3 rows of an earlier result\n/);
});

test('a query that begins with | goes on from the last result, and that one from it', async (t) => {
	const ask = await shell(t, 'stat http count(), max(latency) by path');
	const two = await ask('| top 2 by max_latency');
	assert.match(two, /path +count +max_latency\n─+\n\/api\/slow +1 +300\.0ms\n\/api\/items +2 +2\.0ms\n/);
	assert.match(two, /from 4 rows of an earlier result\n/);
	assert.match(await ask('| where count > 1'), /─+\n\/api\/items +2 +2\.0ms\nclaudeinsight: from 2 rows/);
	assert.match(await ask('from last | select path'), /path\n─+\n\/api\/items\nclaudeinsight: from 1 row of/);
});

test('whole exchanges and the tables of windows are kept, too', async (t) => {
	const ask = await shell(t, 'watch http where path ~ "api"');
	assert.match(await ask('| stat n = count() by status | sort status'), /status +n\n─+\n +200 +3\n +500 +1\n/);
	await ask('watch http | stat n = count() every 2s');
	assert.match(await ask('| stat windows = count(), sum(n)'), /^windows +sum_n\n─+\n +6 +5\n/);
});

test('of several tables without a time all are kept: windows of rows, and both of a union', async (t) => {
	const ask = await shell(t, 'watch http | select path | stat n = count() every 2');
	assert.match(await ask('| stat windows = count(), sum(n)'), /^windows +sum_n\n─+\n +3 +5\n/);
	await ask(`stat http n = count() by status | union { from "${five}" http | stat n = count() by method }`);
	assert.match(await ask('| stat rows = count(), sum(n)'), /^rows +sum_n\n─+\n +[34] +10\n/);
});

test('a definition with the same text can be used behind it', async (t) => {
	const ask = await shell(t, 'let least = 100ms');
	await ask('watch http');
	assert.match(await ask('| where latency > least | select path'), /path\n\/api\/slow\n/);
});

test('.keep gives a result a name', async (t) => {
	const ask = await shell(t, 'stat http count() by path');
	assert.match(await ask('.keep paths'), /from paths/);
	await ask('watch http');
	const join = await ask('watch http | join { from last } on path within 1s');
	assert.match(join, /a result that is kept cannot be read beside another source/);
	assert.match(await ask('from paths | where count > 1'), /─+\n\/api\/items +2\n/);
	assert.match(await ask('from pathz'), /error\[CIQ511\]: no result `pathz` is kept[\s\S]*did you mean `paths`\?/);
	assert.match(await ask('.keep 5x'), /\.keep NAME: a name of letters/);
});

test('.show draws an exchange, and lists the columns of other rows', async (t) => {
	const ask = await shell(t, 'watch http');
	const second = await ask('.show 2');
	assert.match(second, /GET \/api\/slow 200 300\.0ms\n100\.0% of 300\.0ms: process works\n/);
	assert.match(second, /▶ process works +300\.0ms 100\.0% +█+\n/);
	// Kept though a table needs only heads: the shell takes from a file what there is.
	assert.match(second, /Content-Length: 2\n\n {4}ok\n/);
	assert.match(await ask('.show 6'), /takes the number of a row of the last result: 1 to 5\n/);
	await ask('stat http n = count(), worst = arg_max(latency, this)');
	assert.match(
		await ask('.show'),
		/^n +5\nworst +GET \/api\/slow 200 300\.0ms\n\nworst\n.*GET \/api\/slow[\s\S]*▶ process works/,
	);
});

test('.save writes the format that the ending says, privately', async (t) => {
	const ask = await shell(t, 'stat http count() by status');
	for (const [name, content] of [
		['x.csv', 'status,count\n200,4\n500,1\n'],
		['x.json', '{"status":200,"count":4}\n{"status":500,"count":1}\n'],
		['x.md', '| status | count |\n| ---: | ---: |\n| 200 | 4 |\n| 500 | 1 |\n'],
	]) {
		const path = join(folder, name);
		assert.match(await ask(`.save ${path}`), /2 rows written as/);
		assert.equal(readFileSync(path, 'utf8'), content);
		assert.equal(statSync(path).mode & 0o777, 0o600);
	}
	assert.match(await ask('.save x.pdf'), /the ending says the format, one of .*csv/);
	assert.match(await ask(`.save ${folder}/none/x.csv`), /cannot write .*no such file/);
});

test('.save makes no file of rows that its format cannot be made of', async (t) => {
	const ask = await shell(t, 'watch http | select path, latency');
	const files = readdirSync(folder);
	for (const [query, name, told] of [
		['', 'x.har', /HAR is made of whole exchanges of http: begin with `watch http`/],
		['', 'x.otlp', /spans are made of whole exchanges, metrics of a table with numbers/],
		['stat http count() by path', 'x.pcapng', /packets are made of whole exchanges: leave out/],
		['', 'x.mmd', /a graph is made of the columns `client` and `server`: put `\| map` in front/],
		['stat http count() by path 1s', 'x.prom', /metrics are made of a table with numbers/],
	] as const) {
		if (query !== '') await ask(query);
		assert.match(await ask(`.save ${folder}/${name}`), told);
	}
	assert.deepEqual(readdirSync(folder), files);
});

test('.save makes no file of bodies of which only the beginning was kept', async (t) => {
	const big = join(folder, 'big.ciqrec');
	writeRecording(big, undefined, 0n, 'x'.repeat(70_000));
	const ask = await shell(t, 'watch http', big);
	for (const ending of ['har', 'json', 'pcapng']) {
		const path = join(folder, `big.${ending}`);
		const told = (await ask(`.save ${path}`)).replaceAll('\n', '');
		assert.match(told, /the last result does not hold all of 5 bodies; ask for it in one query, with `\| to /);
		assert.ok(!existsSync(path));
	}
	assert.match(await ask(`.save ${folder}/big.csv`), /5 rows written as csv/);
	const small = await shell(t, 'watch http | head 2');
	assert.match(await small('| head 1'), /from 2 rows/);
	assert.match(await small(`.save ${folder}/small.har`), /1 row written as har/);
	assert.match(readFileSync(join(folder, 'small.har'), 'utf8'), /"text":"ok"/);
});

test('.save does not write what the shell reads', async (t) => {
	const log = join(folder, 'log.ndjson');
	const query = await shell(t, 'watch http');
	assert.match(await query(`.save ${log}`), /5 rows written/);
	const before = readFileSync(log, 'utf8');
	const ask = await shell(t, 'watch http | head 1', log);
	assert.match(await ask(`.save ${folder}/../${folder.split('/').at(-1)}/log.ndjson`), /is read by the shell/);
	await query(`from "${log}" | head 1`);
	assert.match(await query(`.save ${log}`), /is read by the shell/);
	assert.equal(readFileSync(log, 'utf8'), before);
});

test('.load runs a script, .plan explains the latest query', async (t) => {
	const ask = await shell(t, '');
	assert.match(await ask('.plan'), /no query has run yet/);
	const script = join(folder, 'errors.ciq');
	writeFileSync(script, 'let least = 500\nwatch http where status >= least | select path\n');
	assert.match(await ask(`.load ${script}`), /path\n\/api\/pay\n/);
	assert.match(await ask('.plan'), /watch http where status >= least[\s\S]*read from .*five\.ciqrec/);
	assert.match(await ask('.load none.ciq'), /cannot read the script 'none\.ciq'/);
});

test('.plan explains a query that went on from a result, though its own is the last one now', async (t) => {
	const ask = await shell(t, 'watch http | head 2');
	await ask('| select path, req.headers.host');
	assert.match(await ask('.plan'), /select path, req\.headers\.host\n[\s\S]*read from the result last/);
});

test('what no result can answer is said', async (t) => {
	const ask = await shell(t, '');
	assert.match(await ask('| head 1'), /error\[CIQ511\]: there is no last result/);
	assert.match(await ask('.show 1'), /there is no result yet: run a query first/);
	await ask('watch http where rtt == null');
	assert.match(await ask('from last http'), /error\[CIQ\d+\]/);
});

test('an unknown command', async (t) => {
	const ask = await shell(t, '');
	assert.match(await ask('.shwo 3'), /^no command \.shwo: did you mean \.show\?\n/);
	assert.match(await ask('.xyzzy'), /^no command \.xyzzy; there are \.help,/);
});
