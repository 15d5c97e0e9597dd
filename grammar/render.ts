import pc from 'picocolors';
import type { Diagnostic } from './diagnostic.ts';
import { type Position, positionOf, snippetOf } from './snippet.ts';
import type { SourceText, Span } from './span.ts';
import { visible } from './visible.ts';

const DEFAULT_WIDTH = 100;
/** Narrower than this, cutting helps nobody. */
const MIN_ROOM = 20;

export interface RenderOptions {
	readonly color: boolean;
	/** Columns of the terminal. */
	readonly width?: number;
}

interface Mark {
	readonly source: SourceText;
	readonly span: Span;
	readonly text: string;
	readonly isPrimary: boolean;
}

/** Marks on one line of one source. */
interface Group {
	readonly source: SourceText;
	readonly position: Position;
	readonly marks: Mark[];
}

function marksOf({ source, span, label = '', labels = [] }: Diagnostic): Mark[] {
	const primary = source && span ? [{ source, span, text: label, isPrimary: true }] : [];
	return [...primary, ...labels.map((place) => ({ ...place, isPrimary: false }))];
}

function groupByLine(marks: readonly Mark[]): Group[] {
	const groups: Group[] = [];
	for (const mark of marks) {
		const position = positionOf(mark.source, mark.span.start);
		const group = groups.find(({ source, position: { line } }) => source === mark.source && line === position.line);
		if (group === undefined) groups.push({ source: mark.source, position, marks: [mark] });
		else group.marks.push(mark);
	}
	return groups;
}

/** A query given on the command line needs no name, a file or a text of several lines does. */
const needsName = ({ name, text }: SourceText): boolean => text.trimEnd().includes('\n') || !/^[-<]/.test(name);

/**
 * A diagnostic as text for people, without a newline at the end:
 *
 *     error[CIQ301]: no field `pathh` in an http stream
 *       1 │ watch http where pathh ~ "/api"
 *         │                  ^^^^^ did you mean `path`?
 */
export function renderDiagnostic(diagnostic: Diagnostic, { color, width = DEFAULT_WIDTH }: RenderOptions): string {
	const colors = pc.createColors(color);
	const strong = diagnostic.severity === 'error' ? colors.red : colors.yellow;
	const groups = groupByLine(marksOf(diagnostic));
	const digits = Math.max(1, ...groups.map(({ position }) => String(position.line).length));
	const gutter = (line = ''): string => colors.blue(`  ${line.padStart(digits)} │`);
	const room = Math.max(MIN_ROOM, width - digits - 5);

	const renderMark = (
		{ text, isPrimary }: Mark,
		{ start, width: columns }: { start: number; width: number },
	): string[] => {
		const paint = isPrimary ? strong : colors.blue;
		const carets = `${' '.repeat(start)}${paint((isPrimary ? '^' : '-').repeat(columns))}`;
		const label = visible(text);
		if (label === '') return [`${gutter()} ${carets}`];
		if (start + columns + 1 + label.length <= room) return [`${gutter()} ${carets} ${paint(label)}`];
		const indent = ' '.repeat(Math.max(0, Math.min(start, room - label.length)));
		return [`${gutter()} ${carets}`, `${gutter()} ${indent}${paint(label)}`];
	};

	const renderGroup = ({ source, position, marks }: Group): string[] => {
		const focus = marks[0]?.span ?? { start: 0, end: 0 };
		const snippet = snippetOf(source.text, focus, room);
		const place = `${visible(source.name)}:${position.line}:${position.column}`;
		return [
			...(needsName(source) ? [`${' '.repeat(digits)}${colors.blue('-->')} ${place}`] : []),
			`${gutter(String(position.line))} ${snippet.text}`,
			...marks.flatMap((mark) => renderMark(mark, snippet.columnsOf(mark.span))),
		];
	};

	const title = strong(colors.bold(`${diagnostic.severity}[${diagnostic.code}]`));
	const notes = (diagnostic.notes ?? []).map(
		(note) => `  ${' '.repeat(digits)} ${colors.blue('=')} note: ${visible(note)}`,
	);
	return [`${title}: ${colors.bold(visible(diagnostic.message))}`, ...groups.flatMap(renderGroup), ...notes].join('\n');
}
