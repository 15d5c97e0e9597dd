import { spawnSync } from 'node:child_process';
import type { Answer, Question } from './http-questions.ts';

/** One pass gives what all four questions need; awk's part is not worth measuring. */
const FIELDS = [
	'frame.time_epoch',
	'ip.src',
	'http.response_for.uri',
	'http.time',
	'http.response.code',
	'tcp.len',
	'tcp.reassembled.length',
];

export const tsharkCommand = (file: string): readonly string[] => [
	...['tshark', '-r', file, '-o', 'tcp.reassemble_out_of_order:TRUE', '-Y', 'http.response', '-T', 'fields'],
	...FIELDS.flatMap((field) => ['-e', field]),
];

export const hasTshark = (): boolean => spawnSync('tshark', ['--version']).status === 0;

interface Row {
	/** µs since the epoch. */
	readonly end: number;
	readonly server: string;
	readonly path: string;
	/** µs. */
	readonly latency: number;
	readonly status: number;
	readonly size: number;
}

const rowOf = (line: string): Row => {
	const [end = '', server = '', uri = '', latency = '', status = '', length = '', reassembled = ''] = line.split('\t');
	return {
		end: Math.round(Number(end) * 1e6),
		server,
		path: new URL(uri).pathname,
		latency: Math.round(Number(latency) * 1e6),
		status: Number(status),
		size: Number(reassembled === '' ? length : reassembled),
	};
};

const grouped = <Key>(rows: readonly Row[], key: (row: Row) => Key): [Key, Row[]][] => [...Map.groupBy(rows, key)];
const count = (rows: readonly Row[], holds: (row: Row) => boolean): number => rows.filter(holds).length;

/** The answers that the fields give, as `answerOf` writes them; of Q2 all servers, not ten. */
export const answersOfTshark = (stdout: string): Readonly<Record<Question, Answer>> => {
	const rows = stdout.trimEnd().split('\n').map(rowOf);
	return {
		q1: rows
			.filter(({ path, latency }) => latency > 20_000 && path.includes('/api/'))
			.map(({ path, latency }) => `${path} ${(latency / 1000).toFixed(3)}`)
			.sort(),
		q2: grouped(rows, ({ server }) => server).map(
			([server, own]) => `${server} ${own.length} ${own.reduce((sum, { size }) => sum + size, 0)}`,
		),
		q3: rows
			.toSorted((a, b) => b.size - a.size)
			.slice(0, 10)
			.map(({ path, size }) => `${path} ${size}`)
			.sort(),
		q4: grouped(rows, ({ end }) => end - (end % 5e6)).map(
			([start, own]) => `${start / 1000} ${own.length} ${count(own, ({ status }) => status >= 500)}`,
		),
	};
};
