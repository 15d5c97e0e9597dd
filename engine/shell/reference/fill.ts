/** Words go on in the next line before they pass this column. */
const MAX_COLUMN = 80;

/** A text broken between its words, each line behind a margin. */
export function fill(text: string, margin = ''): string {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const longer = lines.length === 0 ? null : `${lines.at(-1)} ${word}`;
		if (longer === null || longer.length > MAX_COLUMN) lines.push(margin + word);
		else lines[lines.length - 1] = longer;
	}
	return lines.join('\n');
}
