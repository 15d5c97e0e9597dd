import pc from 'picocolors';
import { visible } from '../../output/sanitize.ts';
import { wrap } from '../../output/wrap.ts';
import type { Fact, Report, State } from './report.ts';

const MARKS: Readonly<Record<State, string>> = { ok: 'ok', limited: 'limited', missing: 'MISSING', note: '' };
const MARK_WIDTH = Math.max(...Object.values(MARKS).map((mark) => mark.length));
const INDENT = '  ';
/** Narrower, and there is no room for words beside the names. */
const LEAST_WIDTH = 60;

/** The report as text, sanitised, for a terminal of that width. */
export function renderReport(
	{ verdict, sections }: Report,
	{ width, color }: { width: number; color: boolean },
): string {
	const paint = pc.createColors(color);
	const paints: Readonly<Record<State, (text: string) => string>> = {
		ok: paint.green,
		limited: paint.yellow,
		missing: paint.red,
		note: paint.dim,
	};
	const nameWidth = Math.max(0, ...sections.flatMap(({ facts }) => facts.map(({ name }) => visible(name).length)));
	const before = INDENT.length + MARK_WIDTH + 1 + nameWidth + 2;
	const room = Math.max(LEAST_WIDTH, width) - before;
	const factLines = ({ name, state, says, mend }: Fact): string[] => {
		const words = [...wrap(visible(says), room), ...(mend === undefined ? [] : wrap(`→ ${visible(mend)}`, room))];
		const mark = paints[state](MARKS[state].padEnd(MARK_WIDTH));
		return words.map((line, at) =>
			at === 0 ? `${INDENT}${mark} ${visible(name).padEnd(nameWidth)}  ${line}` : `${' '.repeat(before)}${line}`,
		);
	};
	const blocks = sections.map(({ title, facts }) => [paint.bold(title), ...facts.flatMap(factLines)].join('\n'));
	return `${[wrap(visible(verdict), Math.max(LEAST_WIDTH, width)).join('\n'), ...blocks].join('\n\n')}\n`;
}
