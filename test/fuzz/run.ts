import { parseArgs } from 'node:util';
import { keepCase } from './cases.ts';
import { supervise } from './supervise.ts';
import { TARGETS } from './targets/registry.ts';

/* npm run fuzz [-- --seconds=N] [--target=NAME] [--seed=N]: N seconds in all, a seed of its own each time. */

function usage(): never {
	const names = TARGETS.map(({ name }) => name).join('|');
	process.stderr.write(`usage: npm run fuzz -- [--seconds=N] [--seed=N] [--target=${names}]\n`);
	process.exit(2);
}

function given() {
	try {
		return parseArgs({
			options: {
				seconds: { type: 'string', default: '240' },
				target: { type: 'string' },
				seed: { type: 'string', default: String(Date.now() >>> 0) },
			},
		}).values;
	} catch {
		return usage();
	}
}

const values = given();
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
if (targets.length === 0 || !(seconds > 0) || !Number.isSafeInteger(seed)) usage();

process.stdout.write(`seed ${seed}\n`);
for (const target of targets) {
	const limits = { seed, seconds: seconds / targets.length, runs: Number.POSITIVE_INFINITY };
	const { progress, finding } = await supervise(target, limits);
	if (progress !== null) {
		const { runs, corpus, covered, stepsPerByte } = progress;
		process.stdout.write(
			`${target.name}: ${runs} inputs, ${corpus} kept, ${covered} bytes of source covered, ${stepsPerByte.toFixed(0)} steps a byte at most\n`,
		);
	}
	if (finding === undefined) continue;
	process.exitCode = 1;
	process.stdout.write(`${finding.message}\nkept as ${keepCase(target.name, finding.input)}\n`);
}
