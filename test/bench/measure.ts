import { spawnSync } from 'node:child_process';

export const median = (values: readonly number[]): number => {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Python knows what wait4(2) tells of a child; Node does not. What starts Python may have had children too. */
const WITH_USAGE = `
import resource, subprocess, sys
def usage():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
before, _ = usage()
status = subprocess.run(sys.argv[1:]).returncode
cpu, rss = usage()
print("usage", cpu - before, rss, file=sys.stderr)
sys.exit(status)
`;

export interface Usage {
	/** User and system seconds. */
	readonly cpu: number;
	/** Largest resident set, MB. */
	readonly rss: number;
	readonly stdout: string;
}

/** What a whole process used; throws when the command fails. */
export function usageOf(command: readonly string[]): Usage {
	const { status, stdout, stderr } = spawnSync('python3', ['-c', WITH_USAGE, ...command], {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
	});
	const usage = /usage ([\d.e-]+) ([\d.]+)\s*$/.exec(stderr);
	if (status !== 0 || !usage) throw new Error(`${command.join(' ')} failed (${status}):\n${stderr}`);
	return { cpu: Number(usage[1]), rss: Number(usage[2]), stdout };
}

/** User and system seconds of a whole process. */
export const cpuSeconds = (command: readonly string[]): { cpu: number; stdout: string } => usageOf(command);

/** Medians over `rounds` rounds in which every command runs once, in turn: a drift of the machine hits all alike. */
export function usageInTurn(
	commands: Record<string, readonly string[]>,
	rounds: number,
): Record<string, { cpu: number; rss: number }> {
	const samples = Object.entries(commands).map(([name, command]) => ({ name, command, all: [] as Usage[] }));
	for (let round = 0; round < rounds; round++) for (const { command, all } of samples) all.push(usageOf(command));
	return Object.fromEntries(
		samples.map(({ name, all }) => [
			name,
			{ cpu: median(all.map(({ cpu }) => cpu)), rss: median(all.map(({ rss }) => rss)) },
		]),
	);
}

/** As `usageInTurn`, CPU seconds alone. */
export const cpuInTurn = (commands: Record<string, readonly string[]>, rounds: number): Record<string, number> =>
	Object.fromEntries(Object.entries(usageInTurn(commands, rounds)).map(([name, { cpu }]) => [name, cpu]));
