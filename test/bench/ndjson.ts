/* Q1 to Q4 over 100,000 JSON lines: CPU and memory against finding newlines, JSON.parse, and jq and DuckDB where installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonLines, LAUNCHER, ROOT } from '../support/tool.ts';
import { usageInTurn, usageOf } from './measure.ts';
import { writeLines } from './ndjson-lines.ts';

const LINES = 100_000;
const ROUNDS = 5;

const folder = mkdtempSync(join(tmpdir(), 'ciq-ndjson-'));
const file = join(folder, 'log.ndjson');
const bytes = writeLines(file, LINES);

interface Question {
	readonly query: string;
	/** The rows in the form of the answer written by hand. */
	readonly answer: (rows: readonly Record<string, unknown>[]) => unknown;
	readonly jq: string;
	readonly sql: string;
}

const numbers = (rows: readonly Record<string, unknown>[], name: string): number[] =>
	rows.map((row) => Number(row[name]));

const QUESTIONS: Readonly<Record<string, Question>> = {
	Q1: {
		query: 'http where path ~ "/api/" and latency > 20ms | select ts, method, path, latency',
		answer: (rows) => rows.length,
		jq: 'select((.request | split(" ")[1] | contains("/api/")) and .total_duration_ms > 20) | [.start_time, .request[:40]]',
		sql: "select start_time, request[:40] from t where split_part(request, ' ', 2) like '%/api/%' and total_duration_ms > 20",
	},
	Q2: {
		query: `http | stat count(), avg(latency), p50(latency), p90(latency), p99(latency), max(latency), sum(resp_size) by remote_ip
			| sort p99_latency desc`,
		answer: (rows) => [
			rows.length,
			numbers(rows, 'sum_resp_size').reduce((a, b) => a + b),
			Math.max(...numbers(rows, 'max_latency')),
		],
		jq: '[.remote_addr, .total_duration_ms, .resp_size_bytes]',
		sql: `select remote_addr, count(*), avg(total_duration_ms), quantile_cont(total_duration_ms, [0.5, 0.9, 0.99]) q,
			max(total_duration_ms), sum(resp_size_bytes) from t group by 1 order by q[3] desc limit 10`,
	},
	Q3: {
		query: 'http | top 10 by resp_size | select resp_size',
		answer: (rows) => numbers(rows, 'resp_size'),
		jq: '.resp_size_bytes',
		sql: 'select resp_size_bytes from t order by 1 desc limit 10',
	},
	Q4: {
		query: 'http | stat count(), errors = count(where status >= 500) 5s',
		answer: (rows) => rows.map((row) => [row.count, row.errors]),
		jq: '[.end_time, (.response | split(" ")[1] | tonumber >= 500)]',
		sql: `select time_bucket(interval 5 seconds, end_time::timestamptz), count(*),
			count(*) filter (split_part(response, ' ', 2)::int >= 500) from t group by 1 order by 1`,
	},
};

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const floor = (what: string): string[] => [process.execPath, join(ROOT, 'test/bench/ndjson-floor.ts'), what, file];

const others = (question: Question): Record<string, readonly string[]> => ({
	...(isInstalled('jq') && { jq: ['jq', '-c', question.jq, file] }),
	...(isInstalled('duckdb') && {
		duckdb: ['duckdb', '-json', '-c', `create view t as from read_json('${file}'); ${question.sql}`],
	}),
});

console.log(`${LINES} lines of ${(bytes / LINES).toFixed(0)} bytes, CPU seconds (resident MB), medians of ${ROUNDS}:`);
try {
	const { cpu: newlines, rss } = usageInTurn({ newlines: floor('newlines') }, ROUNDS).newlines;
	console.log(`  newlines alone            ${newlines.toFixed(2)} (${rss.toFixed(0)})`);
	for (const [name, question] of Object.entries(QUESTIONS)) {
		const ours = [LAUNCHER, '-e', `from "${file}" ${question.query}`, '--format', 'json', '--strict'];
		const expected: unknown = JSON.parse(usageOf(floor(name)).stdout);
		assert.deepEqual(question.answer(jsonLines(usageOf(ours).stdout)), expected, `${name}: the same answer as by hand`);
		const used = usageInTurn({ claudeinsight: ours, parse: floor(name), ...others(question) }, ROUNDS);
		const ratio = (used.claudeinsight.cpu / used.parse.cpu).toFixed(2);
		const shown = Object.entries(used).map(([who, one]) => `${who} ${one.cpu.toFixed(2)} (${one.rss.toFixed(0)})`);
		console.log(`  ${name}: ${shown.join('   ')}   of chunks + JSON.parse: ${ratio}`);
	}
} finally {
	rmSync(folder, { recursive: true });
}
