/*
 * CPU and memory of Q1–Q4 on a packet capture of 100,000 HTTP exchanges, beside a floor written by hand and tshark; and of Q2
 * where each exchange has a connection of its own.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAUNCHER } from '../support/tool.ts';
import { bundled } from './bundled.ts';
import { writeHttpCapture } from './http-capture.ts';
import { answerOf, differenceOfLatencies, QUESTIONS, type Question } from './http-questions.ts';
import { answersOfTshark, hasTshark, tsharkCommand } from './http-tshark.ts';
import { type Usage, usageInTurn, usageOf } from './measure.ts';

const EXCHANGES = 100_000;
const ROUNDS = 5;
/** A sketch is within 1% of a value; where few are so large its neighbour may be farther. */
const QUANTILE_TOLERANCE = 0.05;

const questions = Object.keys(QUESTIONS) as Question[];
const folder = mkdtempSync(join(tmpdir(), 'ciq-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const file = join(folder, 'http.pcap');
writeHttpCapture(file, EXCHANGES);
const short = join(folder, 'short.pcap');
writeHttpCapture(short, EXCHANGES, 1);

const own = (question: Question, from = file) => [LAUNCHER, '-e', `from "${from}" http ${QUESTIONS[question]}`];
const floorProgram = bundled('http-floor.ts', folder);
const floor = (question: Question, from = file) => [process.execPath, floorProgram, from, question];
const read = [
	process.execPath,
	'-e',
	`const fs=require('fs'),b=Buffer.alloc(1<<20),f=fs.openSync(${JSON.stringify(file)});while(fs.readSync(f,b)>0);`,
];

for (const question of questions) {
	const ours = usageOf(own(question)).stdout;
	const exact = usageOf(floor(question)).stdout;
	assert.deepEqual(answerOf(question, ours), answerOf(question, exact), `${question}: the floor's answer`);
	if (question === 'q2') assert.ok(differenceOfLatencies(ours, exact) < QUANTILE_TOLERANCE, 'the quantiles agree');
}
assert.deepEqual(
	answerOf('q2', usageOf(own('q2', short)).stdout),
	answerOf('q2', usageOf(floor('q2', short)).stdout),
	'short connections',
);
let tshark: Usage | null = null;
if (hasTshark()) {
	tshark = usageOf(tsharkCommand(file));
	const answers = answersOfTshark(tshark.stdout);
	for (const question of questions) {
		const ours = answerOf(question, usageOf(own(question)).stdout);
		// Of Q2 ours are the ten servers with the largest p99.
		const theirs = answers[question].filter((row) => question !== 'q2' || ours.includes(row));
		assert.deepEqual(ours, theirs.toSorted(), `${question}: tshark's answer`);
	}
}

const commands = { empty: [process.execPath, '-e', '0'], read };
for (const question of questions) {
	Object.assign(commands, { [`floor ${question}`]: floor(question), [`own ${question}`]: own(question) });
}
Object.assign(commands, { 'floor short': floor('q2', short), 'own short': own('q2', short) });
const used = usageInTurn(commands, ROUNDS);
const row = (name: string, { cpu, rss }: { cpu: number; rss: number }, note = ''): void =>
	console.log(`  ${name.padEnd(34)}${cpu.toFixed(3).padStart(8)}${rss.toFixed(0).padStart(8)}   ${note}`);
const compared = (question: Question | 'short'): string => {
	const [a, b] = [used[`own ${question}`], used[`floor ${question}`]];
	return `${(a.cpu / b.cpu).toFixed(2)} times the floor`;
};

console.log(
	`capture of ${EXCHANGES} exchanges, ${(statSync(file).size / 1e6).toFixed(0)} MB, medians of ${ROUNDS}; all answers agree:`,
);
console.log(`  ${' '.repeat(34)}${'CPU s'.padStart(8)}${'RSS MB'.padStart(8)}`);
row('empty node', used.empty);
row('node reading the file', used.read);
for (const question of questions)
	row(
		`floor, written by hand, ${question}`,
		used[`floor ${question}`],
		`${(used[`floor ${question}`].cpu / used.read.cpu).toFixed(2)} times reading`,
	);
for (const question of questions) row(`claudeinsight, ${question}`, used[`own ${question}`], compared(question));
row('a connection each: floor, q2', used['floor short']);
row('a connection each: claudeinsight, q2', used['own short'], compared('short'));
if (tshark === null) console.log('  tshark is not installed');
else row('tshark -T fields, Q1 to Q4 at once', tshark);
