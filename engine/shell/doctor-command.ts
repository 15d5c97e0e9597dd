import type { CaptureChoice } from '../capture/choose-mode.ts';
import type { Printer } from '../output/printer.ts';
import { parseArguments } from './argv.ts';
import type { Console } from './console.ts';
import { examine } from './doctor/examine.ts';
import { thisMachine } from './doctor/machine.ts';
import { renderReport } from './doctor/render.ts';
import { Exit, usage } from './exit.ts';
import { captureModeOf } from './settings.ts';

/** What doctor says of this machine, for where it is printed, and whether live capture is possible. */
export function doctorText(choice: CaptureChoice, to: Pick<Printer, 'width' | 'color'>) {
	const report = examine(thisMachine(), choice);
	return { text: renderReport(report, to), possible: report.possible };
}

/**
 * `claudeinsight doctor [--capture-mode MODE]`: what live capture needs and what of it this machine has. The status is 3
 * where live capture is not possible. Throws Failure for other words.
 */
export function runDoctor(argv: readonly string[], { out }: Console, flags: readonly string[]): number {
	const { words, general, classic, params } = parseArguments([...flags, ...argv]);
	const foreign = [...general.keys()].some((name) => name !== 'capture-mode');
	if (foreign || words.length > 0 || classic.length > 0 || params.size > 0) {
		throw usage('doctor takes --capture-mode only: claudeinsight doctor');
	}
	const { text, possible } = doctorText(captureModeOf(general.get('capture-mode')), out);
	out.print(text);
	return possible ? Exit.done : Exit.notPossible;
}
