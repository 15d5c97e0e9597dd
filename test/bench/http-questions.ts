import { jsonLines } from '../support/tool.ts';

/** What Q1–Q4 ask of a capture, in the query language. */
export const QUESTIONS = {
	q1: '| where path ~ "/api/" and latency > 20ms | select ts, path, latency',
	q2: '| stat count(), avg(latency), p50(latency), p90(latency), p99(latency), max(latency), bytes = sum(resp_size) by remote_ip | top 10 by p99_latency',
	q3: '| top 10 by resp_size | select path, resp_size',
	q4: '| stat count(), error_rate = count(where status >= 500) / count() 5s',
} as const;
export type Question = keyof typeof QUESTIONS;

/** An answer as values that can be compared exactly, whoever gave it. */
export type Answer = readonly string[];

export const answerOf = (question: Question, stdout: string): Answer => {
	const rows = jsonLines(stdout);
	if (question === 'q1') return rows.map(({ path, latency }) => `${path} ${Number(latency).toFixed(3)}`).sort();
	if (question === 'q2') return rows.map(({ remote_ip, count, bytes }) => `${remote_ip} ${count} ${bytes}`).sort();
	if (question === 'q3') return rows.map(({ path, resp_size }) => `${path} ${resp_size}`).sort();
	return rows.map(({ window_start, count, error_rate }) => {
		const errors = Math.round(Number(error_rate) * Number(count));
		return `${Date.parse(String(window_start))} ${count} ${errors}`;
	});
};

/** The largest relative difference of what is given of the latencies of a server: quantiles come from a sketch. */
export const differenceOfLatencies = (own: string, exact: string): number => {
	const servers = new Map(jsonLines(exact).map((row) => [row.remote_ip, row]));
	const differences = jsonLines(own).flatMap((row) =>
		['avg', 'p50', 'p90', 'p99', 'max'].map((name) => {
			const expected = Number(servers.get(row.remote_ip)?.[name]);
			return Math.abs(Number(row[`${name}_latency`]) - expected) / expected;
		}),
	);
	return Math.max(...differences);
};
