/*
 * Q1 to Q4 over 100,000 JSON lines: CPU and memory against a scan written by hand, finding newlines, JSON.parse, and jq and
 * DuckDB where installed; and the memory that a million lines take.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonLines, LAUNCHER } from '../support/tool.ts';
import { bundled } from './bundled.ts';
import { usageInTurn, usageOf } from './measure.ts';
import { writeLines } from './ndjson-lines.ts';

const LINES = 100_000;
const ROUNDS = 5;
const MANY_LINES = 1_000_000;
/** What memory shall stay below, however long a log is, MB. */
const MEMORY_GOAL = 150;

/** 0.5 s for 100,000 lines, on a machine where to find the newlines of a million takes 0.55 s. */
const NEWLINES_GOAL = 9.1;

const folder = mkdtempSync(join(tmpdir(), 'ciq-ndjson-'));
const file = join(folder, 'log.ndjson');
const bytes = writeLines(file, LINES);

interface Question {
	readonly query: string;
	/** The rows in the form of the answer written by hand. */
	readonly answer: (rows: readonly Record<string, unknown>[]) => unknown;
	readonly jq: string;
	readonly sql: string;
	/** As `answer`, of DuckDB's rows. */
	readonly duckdb: (rows: readonly Record<string, unknown>[]) => unknown;
}

const numbers = (rows: readonly Record<string, unknown>[], name: string): number[] =>
	rows.map((row) => Number(row[name]));

const QUESTIONS: Readonly<Record<string, Question>> = {
	Q1: {
		query: 'http where path ~ "/api/" and latency > 20ms | select ts, method, path, latency',
		answer: (rows) => rows.length,
		jq: 'select((.request | split(" ")[1] | contains("/api/")) and .total_duration_ms > 20) | [.start_time, .request[:40]]',
		sql: "select start_time, request[:40] from t where split_part(request, ' ', 2) like '%/api/%' and total_duration_ms > 20",
		duckdb: (rows) => rows.length,
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
			max(total_duration_ms) longest, sum(resp_size_bytes)::bigint bytes from t group by 1 order by q[3] desc`,
		duckdb: (rows) => [
			rows.length,
			numbers(rows, 'bytes').reduce((a, b) => a + b),
			Math.max(...numbers(rows, 'longest')),
		],
	},
	Q3: {
		query: 'http | top 10 by resp_size | select resp_size',
		answer: (rows) => numbers(rows, 'resp_size'),
		jq: '.resp_size_bytes',
		sql: 'select resp_size_bytes from t order by 1 desc limit 10',
		duckdb: (rows) => numbers(rows, 'resp_size_bytes'),
	},
	Q4: {
		query: 'http | stat count(), errors = count(where status >= 500) 5s',
		answer: (rows) => rows.map((row) => [row.count, row.errors]),
		jq: '[.end_time, (.response | split(" ")[1] | tonumber >= 500)]',
		sql: `select time_bucket(interval 5 seconds, end_time::timestamp) w, count(*)::int count,
			(count(*) filter (split_part(response, ' ', 2)::int >= 500))::int errors from t group by 1 order by 1`,
		duckdb: (rows) => rows.map(({ count, errors }) => [count, errors]),
	},
};

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const plain = bundled('ndjson-floor.ts', folder);
const scanned = bundled('ndjson-scan.ts', folder);
const floor = (what: string): string[] => [process.execPath, plain, what, file];
const scan = (what: string): string[] => [process.execPath, scanned, what, file];

const own = ({ query }: Question, log: string): string[] => [
	...[LAUNCHER, '-e', `from "${log}" ${query}`, '--format', 'json', '--strict'],
];
const duckdb = ({ sql }: Question): string[] => [
	...['duckdb', '-json', '-c', `create view t as from read_json('${file}'); ${sql}`],
];
const rowsOfDuckdb = (question: Question): readonly Record<string, unknown>[] =>
	JSON.parse(usageOf(duckdb(question)).stdout);

const others = (question: Question): Record<string, readonly string[]> => ({
	...(isInstalled('jq') && { jq: ['jq', '-c', question.jq, file] }),
	...(isInstalled('duckdb') && { duckdb: duckdb(question) }),
});

console.log(`${LINES} lines of ${(bytes / LINES).toFixed(0)} bytes, CPU seconds (resident MB), medians of ${ROUNDS}:`);
try {
	const empty = [process.execPath, '-e', '0'];
	const { newlines, nothing } = usageInTurn({ newlines: floor('newlines'), nothing: empty }, ROUNDS);
	console.log(
		`  newlines alone ${newlines.cpu.toFixed(2)} (${newlines.rss.toFixed(0)}), an empty Node ${nothing.cpu.toFixed(2)}`,
	);
	for (const [name, question] of Object.entries(QUESTIONS)) {
		const ours = own(question, file);
		const expected: unknown = JSON.parse(usageOf(floor(name)).stdout);
		assert.deepEqual(JSON.parse(usageOf(scan(name)).stdout), expected, `${name}: the scan's answer`);
		assert.deepEqual(question.answer(jsonLines(usageOf(ours).stdout)), expected, `${name}: the same answer as by hand`);
		if (isInstalled('duckdb'))
			assert.deepEqual(question.duckdb(rowsOfDuckdb(question)), expected, `${name}: DuckDB's answer`);
		const used = usageInTurn(
			{ claudeinsight: ours, scan: scan(name), parse: floor(name), ...others(question) },
			ROUNDS,
		);
		const parsing = (used.claudeinsight.cpu / used.parse.cpu).toFixed(2);
		const reading = (used.claudeinsight.cpu / newlines.cpu).toFixed(1);
		const shown = Object.entries(used).map(([who, one]) => `${who} ${one.cpu.toFixed(2)} (${one.rss.toFixed(0)})`);
		console.log(`  ${name}: ${shown.join('   ')}   of chunks + JSON.parse: ${parsing}, of newlines alone: ${reading}`);
	}
	const many = join(folder, 'many.ndjson');
	writeLines(many, MANY_LINES);
	const reading = usageOf([process.execPath, plain, 'newlines', many]).cpu;
	console.log(`  newlines alone of ${MANY_LINES} lines: ${reading.toFixed(2)} s; goal: ${NEWLINES_GOAL} times that`);
	for (const [name, question] of Object.entries(QUESTIONS)) {
		const { cpu, rss } = usageOf(own(question, many));
		const shown = `${rss.toFixed(0)} MB${rss < MEMORY_GOAL ? '' : `, more than the ${MEMORY_GOAL} that it shall be`}`;
		const each = ((cpu * LINES) / MANY_LINES).toFixed(3);
		const ratio = (cpu / reading).toFixed(1);
		console.log(
			`  ${name} of ${MANY_LINES} lines: ${cpu.toFixed(2)} s, ${each} for each ${LINES}, ${ratio} of newlines alone, ${shown}`,
		);
	}
} finally {
	rmSync(folder, { recursive: true });
}
