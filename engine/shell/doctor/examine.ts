import { type CaptureChoice, decideMode, type ModeDecision, modeWords } from '../../capture/choose-mode.ts';
import { buildFacts, loadFacts } from './build.ts';
import { hookFacts } from './hooks.ts';
import { kernelFacts } from './kernel.ts';
import { limitFacts } from './limits.ts';
import type { Machine } from './machine.ts';
import { privilegeFacts } from './privileges.ts';
import { reachFacts } from './reach.ts';
import type { Fact, Report, Section } from './report.ts';

const isMissing = ({ state }: Fact): boolean => state === 'missing';

function verdictOf(decision: ModeDecision, choice: CaptureChoice, missing: readonly Fact[]): string {
	if (missing.length === 0) return `Live capture is possible. Mode ${modeWords(choice, decision)}.`;
	const names = missing.map(({ name }) => name).join(', ');
	return `Live capture is not possible here: ${names}. Recordings and packet captures can be read: --from FILE.`;
}

/** Looks at what live capture needs, with the given `--capture-mode`. */
export function examine(machine: Machine, choice: CaptureChoice): Report {
	const decision = decideMode(choice, machine.btf);
	const isLinux = machine.platform === 'linux';
	const here: Section[] = [{ title: 'Kernel', facts: kernelFacts(machine) }];
	if (isLinux) {
		here.push(
			{ title: 'Hooks', facts: hookFacts(machine, decision) },
			{ title: 'Privileges', facts: privilegeFacts(machine) },
			{ title: 'Limits', facts: limitFacts(machine) },
			{ title: 'Build', facts: buildFacts(machine) },
		);
	}
	// The programs are tried only where nothing else stands in their way: the reason is known already.
	if (!here.flatMap(({ facts }) => facts).some(isMissing)) {
		here.push({ title: 'Trial', facts: loadFacts(machine, decision) });
	}
	if (isLinux) here.push({ title: 'For queries', facts: reachFacts(decision) });
	const sections = here.filter(({ facts }) => facts.length > 0);
	const missing = sections.flatMap(({ facts }) => facts).filter(isMissing);
	return { verdict: verdictOf(decision, choice, missing), possible: missing.length === 0, sections };
}
